#!/usr/bin/env node
// Starts Spillway: checks the Node version before anything newer than it is parsed, then imports the compiled
// entry of a published package, or the TypeScript entry of a checkout (Node strips types only outside node_modules).
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const supported = (major === 22 && minor >= 20) || (major === 24 && minor >= 12) || major >= 26;

if (supported) {
	const compiled = new URL('../../dist/cli/main.js', import.meta.url);
	await import(existsSync(compiled) ? compiled.href : './main.ts');
} else {
	console.error(
		`E_RUNTIME Spillway needs Node ^22.20, ^24.12 or >=26 (got ${process.versions.node}) → install a newer Node, or run it through npm in a checkout, which brings its own`,
	);
	process.exitCode = 78;
}

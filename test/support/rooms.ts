// The rooms of src/ and what each may import: the table of docs/architecture.md, as data.
import { dirname, join, normalize } from 'node:path';
import { parse } from '@babel/parser';

interface Room {
	/** Other rooms it may import. */
	readonly rooms: readonly string[];
	/** Packages it may import; `node:` stands for Node's own modules. */
	readonly packages: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
	model: { rooms: [], packages: [] },
	policy: { rooms: ['model'], packages: ['yaml', 'zod'] },
	observe: { rooms: ['model', 'policy'], packages: [] },
	decide: { rooms: ['model'], packages: [] },
	plan: { rooms: ['model'], packages: ['yaml'] },
	deliver: { rooms: ['model'], packages: [] },
	reconcile: { rooms: ['model', 'observe', 'decide', 'plan'], packages: [] },
	kubernetes: { rooms: ['model'], packages: ['node:', '@kubernetes/client-node', 'undici'] },
	git: { rooms: ['model'], packages: ['node:', 'simple-git'] },
	forge: {
		rooms: ['model'],
		packages: ['node:', '@octokit/core', 'undici'],
	},
	report: { rooms: ['model'], packages: ['node:', 'pino'] },
	simulator: {
		rooms: ['model', 'policy', 'kubernetes'],
		packages: ['node:', 'isomorphic-git', 'markdown-it', 'rfc6902', 'selfsigned', 'yaml', 'zod'],
	},
	cli: {
		rooms: [
			'model',
			'policy',
			'observe',
			'decide',
			'plan',
			'deliver',
			'reconcile',
			'kubernetes',
			'git',
			'forge',
			'report',
			'simulator',
		],
		packages: ['node:', 'commander', 'yaml'],
	},
};

export interface SourceFile {
	/** Relative to the checkout: `src/decide/decide.ts`. */
	readonly path: string;
	readonly text: string;
}

export interface Import {
	readonly from: string;
	readonly specifier: string;
}

/** Every import of a file, whatever its form: static, re-export, type-only, dynamic, `import('…').T`. */
export function listImports({ path, text }: SourceFile): readonly Import[] {
	const found: Import[] = [];
	visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program, (node) => {
		const specifier = specifierOf(node);
		if (specifier !== undefined) found.push({ from: path, specifier });
	});
	return found;
}

/** What breaks the table, one sentence each. Specifiers are resolved, so `./../x` hides nothing. */
export function findViolations(files: readonly SourceFile[]): readonly string[] {
	return files.flatMap((file) => [
		...listImports(file).flatMap((found) => judgeImport(found) ?? []),
		...(roomOf(file.path) !== 'cli' && usesProcess(file)
			? [`${file.path} uses process, which only cli/ may`]
			: []),
	]);
}

function judgeImport({ from, specifier }: Import): string | undefined {
	const name = roomOf(from);
	const room = rooms[name];
	if (room === undefined) return `${from} is in no room`;
	if (specifier.startsWith('.')) {
		const target = normalize(join(dirname(from), specifier));
		const other = roomOf(target);
		if (!target.startsWith('src/')) return `${from} imports ${target}, outside src/`;
		return other === name || room.rooms.includes(other)
			? undefined
			: `${from} imports ${target}: ${name}/ may not import ${other}/`;
	}
	const allowed = room.packages.some((each) =>
		each === 'node:' ? specifier.startsWith(each) : isPackage(specifier, each),
	);
	return allowed ? undefined : `${from} imports ${specifier}, which ${name}/ may not`;
}

function isPackage(specifier: string, name: string): boolean {
	return specifier === name || specifier.startsWith(`${name}/`);
}

function roomOf(path: string): string {
	return path.split('/')[1] ?? '';
}

function usesProcess({ text }: SourceFile): boolean {
	let found = false;
	visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program, (node) => {
		const { object } = node as { readonly object?: { readonly type?: string; readonly name?: string } };
		if (object?.type === 'Identifier' && object.name === 'process') found = true;
	});
	return found;
}

interface SyntaxNode {
	readonly type: string;
	readonly [field: string]: unknown;
}

function visit(node: unknown, see: (node: SyntaxNode) => void): void {
	if (Array.isArray(node)) {
		for (const each of node) visit(each, see);
	} else if (typeof node === 'object' && node !== null && 'type' in node) {
		see(node as SyntaxNode);
		for (const value of Object.values(node)) visit(value, see);
	}
}

function specifierOf(node: SyntaxNode): string | undefined {
	switch (node.type) {
		case 'ImportDeclaration':
		case 'ExportNamedDeclaration':
		case 'ExportAllDeclaration':
		case 'ImportExpression':
			return literal(node['source']);
		case 'TSImportType':
			return literal(node['argument']) ?? literal((node['argument'] as SyntaxNode | undefined)?.['literal']);
		case 'CallExpression': {
			const [first] = node['arguments'] as readonly unknown[];
			return (node['callee'] as SyntaxNode).type === 'Import' ? literal(first) : undefined;
		}
		default:
			return undefined;
	}
}

function literal(node: unknown): string | undefined {
	const { value } = (node ?? {}) as { readonly value?: unknown };
	return typeof value === 'string' ? value : undefined;
}

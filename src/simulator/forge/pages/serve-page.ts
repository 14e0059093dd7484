import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ForgeCore } from '../forge-core.ts';
import { ForgeRefusal } from '../refusal.ts';
import { findMermaid, readAsset } from './assets.ts';
import { composeFile } from './file-page.ts';
import { composePolicy, type Page, renderPage } from './layout.ts';
import { composeList, composePull } from './pull-pages.ts';

const always = {
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'cross-origin-opener-policy': 'same-origin',
	'cache-control': 'no-store',
};

/** Serves pages for people, and what these load. */
export async function servePage(
	core: ForgeCore,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { pathname } = new URL(request.url ?? '/', 'http://localhost');
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, always).end();
		return;
	}
	const asset = pathname.startsWith('/assets/') ? await readAsset(pathname) : undefined;
	if (asset !== undefined) {
		response.writeHead(200, { ...always, 'content-type': asset.type }).end(asset.content);
		return;
	}
	const page = await composePage(core, pathname);
	const hasDiagrams = page?.hasDiagrams === true && findMermaid() !== undefined;
	const shown = page ?? { title: 'Not found', content: '<h1>Not found</h1>' };
	const policy = { 'content-security-policy': composePolicy(hasDiagrams) };
	const headers = { ...always, ...policy, 'content-type': 'text/html;charset=utf-8' };
	response.writeHead(page === undefined ? 404 : 200, headers).end(renderPage({ ...shown, hasDiagrams }));
}

async function composePage(core: ForgeCore, pathname: string): Promise<Page | undefined> {
	const [, fullName = '', rest = ''] =
		/^\/([\w.-]+\/[\w.-]+?)(?:\.git)?(\/(?:pulls|src\/commit)(?:\/.*)?)?\/?$/.exec(pathname) ?? [];
	const hosted = core.repository(fullName);
	if (hosted === undefined) return undefined;
	const [, commit, file] = /^\/src\/commit\/([0-9a-f]{40})\/(.+)$/.exec(rest) ?? [];
	if (commit !== undefined && file !== undefined) {
		return await composeFile(hosted, commit, file);
	}
	const [, number] = /^\/pulls\/(\d{1,9})$/.exec(rest) ?? [];
	if (number === undefined && !/^(\/pulls)?$/.test(rest)) return undefined;
	try {
		return number === undefined ? await composeList(hosted) : await composePull(hosted, Number(number));
	} catch (error) {
		if (error instanceof ForgeRefusal) return undefined;
		throw error;
	}
}

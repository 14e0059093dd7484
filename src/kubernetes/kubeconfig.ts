import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadThroughClientNode } from './client-node-connection.ts';
import type { Connection } from './connection.ts';
import { openKubeconfigFile } from './kubeconfig-connection.ts';
import { type ContextEntry, findContext, parseKubeconfig } from './kubeconfig-entry.ts';
import { findForeignField } from './kubeconfig-identity.ts';
import { type KubeconfigOptions, type KubeconfigTools, placeOf, subjectOf } from './kubeconfig-options.ts';
import { withCode } from './kubeconfig-problem.ts';

/**
 * Resolves a context to a connection; throws ProblemError where that is not possible. Tokens, certificates and
 * CAs that live in files are followed. client-node is loaded only for a user with `auth-provider` or an identity
 * of several parts to impersonate, a $KUBECONFIG of several files, or where no kubeconfig is found.
 */
export async function loadConnection(options: KubeconfigOptions): Promise<Connection> {
	const { tools, allowInsecure } = options;
	const path = options.kubeconfig ?? (await findDefaultFile(tools?.environment ?? {}));
	if (tools === undefined || path === undefined) return loadThroughClientNode(options);
	const reload = followContext(path, tools.parse, options);
	const entry = await reload();
	if (findForeignField(entry) !== undefined) return loadThroughClientNode(options);
	const { environment, clock } = tools;
	const place = placeOf(options);
	return openKubeconfigFile({
		place,
		folder: dirname(path),
		entry,
		reload,
		environment,
		clock,
		allowInsecure,
	});
}

async function findDefaultFile({
	KUBECONFIG,
	HOME,
}: KubeconfigTools['environment']): Promise<string | undefined> {
	const path = KUBECONFIG || (HOME ? join(HOME, '.kube', 'config') : undefined);
	if (path === undefined) return undefined;
	try {
		await access(path);
		return path;
	} catch {
		return undefined;
	}
}

/** Reads the context; parses the file only when its text has changed, as YAML takes its time. */
function followContext(
	path: string,
	parse: KubeconfigTools['parse'],
	options: KubeconfigOptions,
): () => Promise<ContextEntry> {
	const place = placeOf(options);
	let known: { readonly text: string; readonly entry: ContextEntry } | undefined;
	return async () => {
		const text = await withCode('E_KUBECONFIG', subjectOf(options), () => readFile(path, 'utf8'));
		if (text === known?.text) return known.entry;
		const entry = findContext(parseKubeconfig(text, parse, place), options.context, place);
		known = { text, entry };
		return entry;
	};
}

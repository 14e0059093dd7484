import { parse, stringify } from 'yaml';

interface Kubeconfig {
	readonly clusters: readonly object[];
	readonly users: readonly object[];
	readonly contexts: readonly object[];
}

/** One kubeconfig (YAML) of several; the current context stays the first one's. */
export function mergeKubeconfigs(texts: readonly string[]): string {
	const configs = texts.map((text) => parse(text) as Kubeconfig);
	return stringify({
		...configs[0],
		clusters: configs.flatMap((config) => config.clusters),
		users: configs.flatMap((config) => config.users),
		contexts: configs.flatMap((config) => config.contexts),
	});
}

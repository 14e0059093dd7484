import type { Clock } from '../model/ports/clock.ts';

export interface KubeconfigOptions {
	/** A file. By default $KUBECONFIG, ~/.kube/config, or a pod's service account: the first that is there. */
	readonly kubeconfig?: string;
	readonly context: string;
	/** Allows plain HTTP and `insecure-skip-tls-verify`. */
	readonly allowInsecure: boolean;
	/** Without them client-node (90 MB) is loaded for every kubeconfig. */
	readonly tools?: KubeconfigTools;
}

/** What reading a kubeconfig takes that only the composition root has. */
export interface KubeconfigTools {
	/** YAML into a plain value. Throws for what is none. */
	readonly parse: (text: string) => unknown;
	/** The process's: default places, proxies, and what credential plugins are run with. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
}

/** Names the kubeconfig in problems. */
export function placeOf({ kubeconfig = 'kubeconfig' }: KubeconfigOptions): string {
	return kubeconfig;
}

/** What a problem of the context begins with. */
export function subjectOf(options: KubeconfigOptions): { readonly place: string; readonly subject: string } {
	return { place: placeOf(options), subject: `context '${options.context}'` };
}

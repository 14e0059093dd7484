import type { Collection, CollectionChange } from '../model/ports/cluster.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { type ApiCall, describeRefusal } from './api-problem.ts';
import { decodeItem } from './collection-item.ts';
import type { WatchEvent } from './watch-event.ts';

/** How a watch ended. */
export type WatchEnd =
	/** By the server, as it does after `timeoutSeconds`, or by us because nothing was heard. */
	| { readonly kind: 'closed' }
	/** It cannot go on from this version (410), or the type is not served any more (404): list again. */
	| { readonly kind: 'expired' }
	| { readonly kind: 'failed'; readonly problem: Problem; readonly retryAfter?: Milliseconds };

/** What one event means. */
export type WatchNews<T> =
	| {
			readonly kind: 'told';
			readonly changes: readonly CollectionChange<T>[];
			/** How far the watch has come with it; absent when the event says nothing about that. */
			readonly resourceVersion?: string;
	  }
	| { readonly kind: 'ended'; readonly end: WatchEnd };

export function interpretEvent<T>(call: ApiCall, collection: Collection<T>, event: WatchEvent): WatchNews<T> {
	switch (event.kind) {
		case 'applied': {
			const { namespace = '', name, resourceVersion } = event.object.metadata;
			const decoded = decodeItem(call.cluster, collection, event.object);
			if (decoded.kind === 'kept') {
				return { kind: 'told', changes: [{ kind: 'applied', item: decoded.item }], resourceVersion };
			}
			// A list would leave it out as well: what is known must not depend on how it was heard.
			const gone = { kind: 'deleted', namespace, name, resourceVersion } as const;
			return {
				kind: 'told',
				changes: [{ kind: 'problem', problem: decoded.problem }, gone],
				resourceVersion,
			};
		}
		case 'deleted': {
			const { namespace = '', name, resourceVersion } = event.object.metadata;
			return {
				kind: 'told',
				changes: [{ kind: 'deleted', namespace, name, resourceVersion }],
				resourceVersion,
			};
		}
		case 'bookmark':
			return { kind: 'told', changes: [{ kind: 'alive' }], resourceVersion: event.resourceVersion };
		case 'unknown': {
			const ignored = describeEvent(call, `it is of the unknown type ${event.type} and ignored`);
			return { kind: 'told', changes: [{ kind: 'problem', problem: ignored }] };
		}
		case 'error':
			return {
				kind: 'ended',
				end:
					event.status.code === 410
						? { kind: 'expired' }
						: { kind: 'failed', problem: describeRefusal(call, event.status) },
			};
	}
}

/** The problem of a line that was not understood. */
export function describeEvent({ cluster, resource, namespace }: ApiCall, reason: string): Problem {
	return problem('W_WATCH_EVENT', {
		where: { kind: 'named', name: [cluster, namespace ?? ''].join(' ').trim() },
		message: `a watch event of ${resource.plural} is not understood: ${reason}`,
	});
}

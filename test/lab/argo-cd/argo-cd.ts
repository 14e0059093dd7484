import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { KubernetesObject } from '../../../src/model/ports/cluster.ts';
import type { CommitId } from '../../../src/model/ports/repository.ts';
import { type ApiAccess, openApiAccess } from '../../support/api-access.ts';
import { applyObject } from '../apply-object.ts';
import type { LabCluster } from '../cluster.ts';
import { collectionPath } from '../collection-path.ts';
import { type ObjectHistory, recordHistory } from '../object-history.ts';
import {
	type ApplicationOptions,
	type ApplicationStatus,
	anApplication,
	applicationType,
	readApplicationStatus,
} from './application.ts';

/**
 * One Application, which Argo CD's own controller looks after. Each wait resolves to the status that ends it: the one
 * after may be there by the time of the next look.
 */
export interface ArgoCd {
	/** Has Argo CD look at the branch now, as Spillway does. It may be lost on one that is at work just then. */
	refresh(): Promise<void>;
	/** Resolves once a commit was looked at, for which is asked until it was. */
	refreshTo(commit: CommitId): Promise<ApplicationStatus>;
	/** `null` takes an annotation off. */
	annotate(annotations: Readonly<Record<string, string | null>>): Promise<void>;
	/** A merge patch of the Application, which shows in `object` from then on. */
	patch(change: object): Promise<void>;
	status(): ApplicationStatus;
	/** As it is now. */
	object(): object;
	/** Resolves at the first status, that of now included, of which it holds. */
	until(holds: (status: ApplicationStatus) => boolean): Promise<ApplicationStatus>;
	/** Resolves once a sync to the commit has ended well, and nothing is left to do. */
	untilSynced(commit: CommitId): Promise<ApplicationStatus>;
}

/** A test, or whatever else comes to an end. */
type Owner = Pick<ExecutionContext, 'teardown'>;

/** Creates an Application, which goes with the test; what it has applied stays. */
export async function startArgoCd(
	t: Owner,
	cluster: Pick<LabCluster, 'kubeconfig'>,
	options: ApplicationOptions,
): Promise<ArgoCd> {
	const { name } = options;
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	const path = `${collectionPath(applicationType)}/${name}`;
	await applyObject(access, anApplication(options), { manager: 'lab', plural: applicationType.plural });
	// Without a finalizer that is all: its objects are left alone.
	t.teardown(() => access.call({ method: 'DELETE', path }));
	const history = await recordHistory(cluster, applicationType);
	t.teardown(history.stop);
	return describeArgoCd({ access, path, name, history });
}

interface Followed {
	readonly access: ApiAccess;
	/** Of the Application. */
	readonly path: string;
	readonly name: string;
	readonly history: ObjectHistory;
}

function describeArgoCd({ access, path, name, history }: Followed): ArgoCd {
	const object = () => history.of(name).at(-1)?.object ?? {};
	const status = () => readApplicationStatus(object());
	const patch = async (change: object): Promise<void> => {
		const mediaType = 'application/merge-patch+json';
		const { code, body } = await access.call({
			method: 'PATCH',
			path,
			mediaType,
			text: JSON.stringify(change),
		});
		if (code !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
		const { resourceVersion } = (body as KubernetesObject).metadata;
		await history.until(() =>
			history.of(name).some((change) => change.object.metadata.resourceVersion === resourceVersion),
		);
	};
	const annotate = (annotations: object) => patch({ metadata: { annotations } });
	const refresh = () => annotate({ 'argocd.argoproj.io/refresh': 'normal' });
	const until: ArgoCd['until'] = async (holds) => {
		let seen = status();
		await history.until(() => {
			seen = status();
			return holds(seen);
		});
		return seen;
	};
	return {
		refresh,
		async refreshTo(commit) {
			const compared = until((seen) => seen.commit === commit);
			for (;;) {
				await refresh();
				const seen = await Promise.race([compared, setTimeout(2_000, undefined)]);
				if (seen !== undefined) return seen;
			}
		},
		annotate,
		patch,
		status,
		object,
		until,
		untilSynced: (commit) =>
			until(
				({ sync, phase, ...seen }) =>
					sync === 'Synced' && phase === 'Succeeded' && seen.commit === commit && seen.operated === commit,
			),
	};
}

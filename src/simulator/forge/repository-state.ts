import type { Clock } from '../../model/ports/clock.ts';
import type { Login, Permission } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { LocalEvent } from './forge-events.ts';
import type { ForgeRepository } from './forge-repository.ts';
import type {
	ForgeUser,
	Label,
	ProtectionRule,
	RepositorySettings,
	StoredPull,
	StoredStatus,
	TimelineEntry,
} from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';

/** What the forge holds of one repository. */
export interface RepositoryState {
	readonly owner: Login;
	readonly name: string;
	readonly defaultBranch: string;
	readonly git: ForgeRepository;
	readonly clock: Pick<Clock, 'now'>;
	/** What collaborators may do. Everybody may read. */
	readonly rights: Map<Login, Permission>;
	readonly pulls: Map<number, StoredPull>;
	readonly labels: Label[];
	/** By commit, the oldest first. */
	readonly statuses: Map<CommitId, StoredStatus[]>;
	readonly rules: ProtectionRule[];
	settings: RepositorySettings;
	/** Where the branches were when they were last looked at. */
	tips: ReadonlyMap<string, CommitId>;
	findUser(login: Login): ForgeUser | undefined;
	nextId(): number;
	emit(event: LocalEvent): void;
}

/** Throws where the user may not do as much. */
export function requireRight(state: RepositoryState, login: Login, least: 'read' | 'write' | 'admin'): void {
	const order: readonly Permission[] = ['none', 'read', 'write', 'admin'];
	if (order.indexOf(permissionOf(state, login)) >= order.indexOf(least)) return;
	const words =
		least === 'admin'
			? 'user should be an owner or a collaborator with admin write of a repository'
			: 'user should have a permission to write to a repo';
	throw new ForgeRefusal(403, words);
}

/** Throws where nothing is opened, merged or deleted any more. */
export function refuseArchived({ owner, name, settings }: RepositoryState): void {
	if (settings.isArchived) throw new ForgeRefusal(423, `${owner}/${name} is archived`);
}

export function permissionOf({ owner, rights, findUser }: RepositoryState, login: Login): Permission {
	if (findUser(login) === undefined) return 'none';
	if (login === owner) return 'admin';
	return rights.get(login) ?? 'read';
}

export function mayWrite(state: RepositoryState, login: Login): boolean {
	const permission = permissionOf(state, login);
	return permission === 'write' || permission === 'admin';
}

export function requirePull(state: RepositoryState, number: number): StoredPull {
	const pull = state.pulls.get(number);
	if (pull === undefined) throw notFound();
	return pull;
}

/** Stores what changed of a pull request, and returns it as it is then. */
export function savePull(
	state: RepositoryState,
	number: number,
	changes: Partial<Omit<StoredPull, 'number'>>,
): StoredPull {
	const pull = { ...requirePull(state, number), ...changes, updatedAt: state.clock.now() };
	state.pulls.set(number, pull);
	return pull;
}

/** The timeline with one more entry. */
export function extendTimeline(
	state: RepositoryState,
	{ timeline }: StoredPull,
	entry: Pick<TimelineEntry, 'type' | 'user' | 'oldRef'>,
): readonly TimelineEntry[] {
	return [...timeline, { ...entry, id: state.nextId(), at: state.clock.now() }];
}

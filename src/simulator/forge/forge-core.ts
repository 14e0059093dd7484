import type { Clock } from '../../model/ports/clock.ts';
import type { Login, Permission } from '../../model/ports/forge.ts';
import type { ForgeEvent } from './forge-events.ts';
import { createForgeFaults, type ForgeFaults } from './forge-faults.ts';
import type { ForgeRepository } from './forge-repository.ts';
import { createHostedRepository, type HostedRepository } from './hosted-repository.ts';
import { type ForgeUser, usualSettings } from './records.ts';

/** Somebody who gets an account. */
export interface NewForgeUser {
	readonly login: Login;
	/** For people; the login where it is absent. */
	readonly name?: string;
	readonly email?: string;
	/** What the API and git take for a password. */
	readonly token?: string;
}

export interface ForgeCoreOptions {
	readonly clock: Clock;
	readonly users: readonly NewForgeUser[];
}

export interface NewHostedRepository {
	/** One of the users. */
	readonly owner: Login;
	readonly name: string;
	readonly git: ForgeRepository;
	/** Default: `main`. */
	readonly defaultBranch?: string;
	readonly rights?: Readonly<Record<Login, Permission>>;
}

/** A forge without a face: accounts, repositories, pull requests, and what happens to them. */
export interface ForgeCore {
	readonly clock: Clock;
	readonly faults: ForgeFaults;
	user(login: Login): ForgeUser | undefined;
	userByToken(token: string): ForgeUser | undefined;
	/** Gives a user another token; the old one is no longer taken. */
	setToken(login: Login, token: string): void;
	addRepository(repository: NewHostedRepository): Promise<HostedRepository>;
	/** By its full name: `owner/name`. */
	repository(fullName: string): HostedRepository | undefined;
	/** Calls the listener for whatever happens, until the returned function is called. */
	subscribe(listener: (event: ForgeEvent) => void): () => void;
}

export function createForgeCore({ clock, users: people }: ForgeCoreOptions): ForgeCore {
	const users = new Map(people.map((person, index) => [person.login, register(person, index + 1)]));
	const tokens = new Map(people.map(({ login, token }) => [login, token]));
	const repositories = new Map<string, HostedRepository>();
	const listeners = new Set<(event: ForgeEvent) => void>();
	let lastId = 0;
	const nextId = (): number => {
		lastId += 1;
		return lastId;
	};

	return {
		clock,
		faults: createForgeFaults(),
		user: (login) => users.get(login),
		userByToken(token) {
			const owner = [...tokens].find(([, each]) => each !== undefined && each === token);
			return owner === undefined ? undefined : users.get(owner[0]);
		},
		setToken: (login, token) => void tokens.set(login, token),
		async addRepository({ owner, name, git, defaultBranch = 'main', rights = {} }) {
			const repository = `${owner}/${name}`;
			const hosted = createHostedRepository({
				...{ owner, name, defaultBranch, git, clock, rights: new Map(Object.entries(rights)) },
				...{ pulls: new Map(), labels: [], statuses: new Map(), rules: [], nextId },
				settings: usualSettings,
				tips: await git.branches(),
				findUser: (login) => users.get(login),
				emit(event) {
					for (const listener of listeners) listener({ ...event, repository });
				},
			});
			repositories.set(repository, hosted);
			return hosted;
		},
		repository: (fullName) => repositories.get(fullName),
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

function register({ login, name = login, email }: NewForgeUser, id: number): ForgeUser {
	return { id, login, name, email: email ?? `${login}@noreply.example.com` };
}

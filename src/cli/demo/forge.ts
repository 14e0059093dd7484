import type { Environment } from '../../git/program/git-program.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Lifetime } from './lifetime.ts';

/** Somebody with an account at the story's forge. */
export interface ForgeAccount {
	readonly login: string;
	/** For git and the API. */
	readonly token: string;
}

/** The story's forge, whatever it is, with the config repository: Gitea's API, and git over HTTP. Everybody may read. */
export interface DemoForge {
	/** Of the repository, for git, without credentials. */
	readonly repositoryUrl: string;
	/** Of the API below the repository: `http://127.0.0.1:3000/api/v1/repos/shop/config`. */
	readonly apiUrl: string;
	/** Of the repository. */
	readonly page: string;
	/** May write. */
	readonly spillway: ForgeAccount;
	/** The person of the story, who may write. */
	readonly person: ForgeAccount;
	/** Where `main` stands now; little work. */
	tip(): Promise<CommitId>;
	/** Has a URL told of what happens, signed with the secret. */
	addWebhook(url: string, secret: string): Promise<void>;
}

export interface ForgeOptions {
	/** For its files; empty. */
	readonly folder: string;
	/** The first commit of `main`, by path. */
	readonly files: ReadonlyMap<string, string>;
	readonly environment: Environment;
}

/** Something to make a forge of. */
export interface ForgeKit {
	/** As the introduction names it: `An embedded forge`. */
	readonly what: string;
	/** The step that starts it. */
	readonly step: string;
	start(options: ForgeOptions, lifetime: Lifetime): Promise<DemoForge>;
}

/** Those of the story: whose repository it is, Spillway, and a person. */
export const cast = { owner: 'shop', repository: 'config', spillway: 'spillway', person: 'ada' } as const;

/** What Spillway wants to be told of, in Gitea's words. */
export const hookEvents = ['push', 'pull_request', 'issue_comment', 'pull_request_comment'] as const;

/** Of the first commit. */
export const firstMessage = 'Run emojivoto in east and west';

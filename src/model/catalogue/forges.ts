/** What may be wrong with the forge that pull requests are opened at, and the way to its API. */
export const forgeProblems = {
	E_FORGE: {
		meaning: 'No forge is known to open pull requests at',
		remedy:
			'use an https URL of GitHub, GitLab, Gitea, Forgejo, Bitbucket Cloud or Azure DevOps as --repo, or name the forge with --forge',
	},
	E_FORGE_UNREACHABLE: {
		meaning: 'The forge’s API cannot be reached, or answers with errors of its own',
		remedy: 'check the forge, the network and --forge-url; Spillway keeps trying',
	},
	E_FORGE_AUTH: {
		meaning: 'The forge refuses the token',
		remedy: 'renew the token; it is read again by itself',
	},
	E_FORGE_RIGHTS: {
		meaning: 'The token lacks a right',
		remedy: 'grant it what the message names; docs/pull-requests.md lists the rights for each forge',
	},
	E_FORGE_REPOSITORY: {
		meaning: 'The forge has no such repository, or hides it from this token',
		remedy: 'correct --repo, or grant the token access to the repository',
	},
	E_FORGE_LIMITED: {
		meaning: 'The forge limits how often its API may be called',
		remedy: 'nothing to do: Spillway waits for as long as the forge says; other uses of the token count too',
	},
	E_FORGE_REFUSED: {
		meaning: 'The forge refuses a request',
		remedy: 'mend what the message names; it is tried again every few minutes',
	},
	E_FORGE_ANSWER: {
		meaning: 'The forge’s answer cannot be understood',
		remedy: 'check that --forge and --forge-url name what is there, and that no proxy answers in its place',
	},
	E_PULL_BUDGET: {
		meaning: 'No more pull requests are opened for now',
		remedy:
			'merge or close some, group more policies in one (spec.pullRequests.groupBy), or raise maxOpen or maxPerHour',
	},
	E_WEBHOOK: {
		meaning: 'The webhook receiver cannot be set up',
		remedy: 'mend what the message names',
	},
} as const;

// Templates of commit messages: `{{name}}` stands for a variable, and nothing else is special.

/** Texts with variables. What is left out is written as usual; trailers are always added. */
export interface MessageTemplate {
	readonly subject?: string;
	readonly body?: string;
}

/** What a template may name. */
export const messageVariables = [
	'policy',
	'move',
	'from',
	'to',
	'target',
	'cluster',
	'namespace',
	'name',
	'weights',
	'reasons',
	'count',
	'summary',
	'episode',
] as const;

export type MessageVariable = (typeof messageVariables)[number];

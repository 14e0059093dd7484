// Templates of commit messages: `{{name}}` stands for a variable, and nothing else is special.

/** Texts with variables. What is left out is written as usual; trailers are always added. */
export interface MessageTemplate {
	/** Of the whole commit. What differs between its changes is listed. */
	readonly subject?: string;
	/** Of each change that the message explains; what is the same for several is written once. */
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

/** What keeps a template from being filled in. */
export type TemplateFault =
	| { readonly kind: 'unknownVariable'; readonly name: string }
	/** `{{` or `}}` that belong to no variable. */
	| { readonly kind: 'strayBraces' };

/** Everything wrong with a template; none, and it can be filled in for any change. */
export function checkTemplate(text: string): readonly TemplateFault[] {
	const unknown = [...text.matchAll(placeholder)]
		.map(([, inner = '']) => inner.trim())
		.filter((name) => !isVariable(name))
		.map((name): TemplateFault => ({ kind: 'unknownVariable', name }));
	const stray = /\{\{|\}\}/.test(text.replaceAll(placeholder, ''));
	return stray ? [{ kind: 'strayBraces' }, ...unknown] : unknown;
}

/** A template with its variables' values. Values are not looked at again, so braces in them mean nothing. */
export function fillTemplate(text: string, values: Readonly<Record<MessageVariable, string>>): string {
	return text.replaceAll(placeholder, (written, inner: string) => {
		const name = inner.trim();
		return isVariable(name) ? values[name] : written;
	});
}

const placeholder = /\{\{([^{}]*)\}\}/g;

function isVariable(name: string): name is MessageVariable {
	return messageVariables.some((known) => known === name);
}

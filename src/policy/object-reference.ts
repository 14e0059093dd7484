import { z } from 'zod';
import type { Namespace } from '../model/names.ts';
import { showValue } from '../model/problem.ts';
import { reportFault } from './fault.ts';

/** An object of a cluster. */
export interface ObjectReference {
	readonly namespace: Namespace;
	readonly name: string;
}

/** An object as people write it: `flux-system/east`. `kind` and `example` are for the message. */
export function objectReference(kind: string, example: string): z.ZodType<string, string> {
	return z
		.string()
		.superRefine((text, context) => {
			if (/^[^/]+\/[^/]+$/.test(text)) return;
			const expected = `namespace/name, such as ${example}`;
			reportFault(context, { code: 'E_TYPE', message: `names no ${kind}`, got: showValue(text), expected });
		})
		.meta({ pattern: '^[^/]+/[^/]+$' });
}

/** Reads a text that `objectReference` let pass. */
export function readReference(text: string): ObjectReference {
	const [namespace = '', name = ''] = text.split('/');
	return { namespace, name };
}

import type { z } from 'zod';
import type { ProblemCode } from '../model/catalogue.ts';
import { type ProblemFacts, showText, showValue } from '../model/problem.ts';

/** What is wrong with a field: a problem without its place. `message` goes on after the field's name. */
export interface Fault extends Omit<ProblemFacts, 'where'> {
	readonly code: ProblemCode;
}

/** Reports a fault of one of our own checks; it travels through zod as the parameters of a custom issue. */
export function reportFault(context: z.RefinementCtx, fault: Fault, path: PropertyKey[] = []): void {
	context.addIssue({ code: 'custom', message: fault.code, path, params: { fault } });
}

/** The fault a custom issue carries. */
export function faultOf({ message, params }: z.core.$ZodIssueCustom): Fault {
	return params?.['fault'] ?? { code: 'E_TYPE', message };
}

/** A value in a few words; collections only by what they are. */
export function describeValue(value: unknown): string {
	if (value === null) return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'a mapping';
	return typeof value === 'string' ? showValue(value) : showText(String(value));
}

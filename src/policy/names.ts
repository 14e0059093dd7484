import { z } from 'zod';
import type { ProblemCode } from '../model/catalogue.ts';
import { showValue } from '../model/problem.ts';
import { type Fault, reportFault } from './fault.ts';

interface NameRule {
	readonly code: ProblemCode;
	readonly pattern: RegExp;
	readonly maxLength: number;
	readonly remedy?: string;
}

const dns1035Label: NameRule = {
	code: 'E_NAME_DNS1035',
	pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
	maxLength: 63,
};
const dns1123Label: NameRule = {
	code: 'E_NAME_DNS1123',
	pattern: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
	maxLength: 63,
};
const dns1123Subdomain: NameRule = {
	code: 'E_NAME_DNS1123',
	pattern: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
	maxLength: 253,
	remedy: 'use at most 253 of a-z, 0-9, - and .',
};

/** A Service. */
export const serviceName: z.ZodType<string, string> = declareName(dns1035Label, checkName);

/** A backend: a Service of the split's own namespace, as SMI has no other. */
export const backendName: z.ZodType<string, string> = declareName(dns1035Label, (_, name) =>
	judgeBackendName(name),
);

/** A policy, a namespace or a cluster. */
export const labelName: z.ZodType<string, string> = declareName(dns1123Label, checkName);

/** A custom resource's object, such as a TrafficSplit. */
export const objectName: z.ZodType<string, string> = declareName(dns1123Subdomain, checkName);

/** What is wrong with the name of a backend, if anything is. */
export function judgeBackendName(name: string): Fault | undefined {
	return name.includes('.')
		? { code: 'E_CROSS_NAMESPACE', message: 'is not a plain Service name', got: showValue(name) }
		: checkName(dns1035Label, name);
}

function checkName({ code, pattern, maxLength, remedy }: NameRule, name: string): Fault | undefined {
	const got = showValue(name);
	if (name.includes('*')) return { code, message: 'is a wildcard', got, remedy: 'name exactly one' };
	if (name.length > maxLength) {
		const expected = `at most ${maxLength}`;
		return { code, message: 'is too long', got: `${name.length} characters`, expected, remedy };
	}
	return pattern.test(name) ? undefined : { code, message: 'is not a legal name', got, remedy };
}

function declareName(
	rule: NameRule,
	check: (rule: NameRule, name: string) => Fault | undefined,
): z.ZodType<string, string> {
	return z
		.string()
		.meta({ pattern: rule.pattern.source, maxLength: rule.maxLength })
		.superRefine((name, context) => {
			const fault = check(rule, name);
			if (fault !== undefined) reportFault(context, fault);
		});
}

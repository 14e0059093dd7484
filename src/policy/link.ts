// A page that pull requests link to.
import { z } from 'zod';
import { showValue } from '../model/problem.ts';
import { type Fault, reportFault } from './fault.ts';
import { findTemplateFaults } from './message-text.ts';
import { judgeLength } from './text-length.ts';

const maxTitle = 100;
const maxUrl = 2_048;

/** One line. */
export const linkTitle: z.ZodType<string, string> = z
	.string()
	.min(1)
	.meta({ maxLength: maxTitle })
	.superRefine((title, context) => {
		if (title === '') return;
		const fault = judgeLength(title, maxTitle) ?? judgeTitle(title);
		if (fault !== undefined) reportFault(context, fault);
	});

/** An address of http or https, in which variables of commit messages may stand. */
export const linkUrl: z.ZodType<string, string> = z
	.string()
	.min(1)
	.meta({ maxLength: maxUrl })
	.superRefine((url, context) => {
		if (url === '') return;
		for (const fault of findUrlFaults(url)) reportFault(context, fault);
	});

function judgeTitle(title: string): Fault | undefined {
	if (title.trim() !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(title)) return undefined;
	return { code: 'E_LINK', message: 'is not one line', got: showValue(title), remedy: 'write a few words' };
}

function* findUrlFaults(url: string): Generator<Fault> {
	const faults = [judgeLength(url, maxUrl), ...findTemplateFaults(url)].filter(
		(fault) => fault !== undefined,
	);
	yield* faults;
	const message = faults.length > 0 ? undefined : findUrlFault(url);
	// The address itself is not shown: it may carry a secret.
	if (message !== undefined) yield { code: 'E_LINK', message };
}

function findUrlFault(url: string): string | undefined {
	if (!/^https?:\/\//i.test(url)) return 'is no address of https or http';
	const filled = url.replaceAll(/\{\{[^{}]*\}\}/g, 'x');
	if (/[\s<>"\\\p{Cc}\p{Cf}]/u.test(filled)) return 'has characters that no address has';
	const example = URL.parse(filled);
	if (example === null) return 'is no address';
	return example.username === '' && example.password === '' ? undefined : 'carries credentials';
}

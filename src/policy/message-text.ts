// A template of a commit message: which variables it names, and whether there are such.
import { z } from 'zod';
import { checkTemplate, messageVariables, type TemplateFault } from '../model/message-template.ts';
import { showValue } from '../model/problem.ts';
import { adviseName } from './did-you-mean.ts';
import { type Fault, reportFault } from './fault.ts';
import { judgeLength } from './text-length.ts';

/** A text with variables, of at most `longest` characters; `oneLine` for a subject. */
export function messageText(longest: number, lines: 'oneLine' | 'anyLines'): z.ZodType<string, string> {
	return z
		.string()
		.min(1)
		.superRefine((text, context) => {
			for (const fault of findFaults(text, longest, lines)) reportFault(context, fault);
		})
		.meta({ maxLength: longest });
}

function* findFaults(text: string, longest: number, lines: 'oneLine' | 'anyLines'): Generator<Fault> {
	const tooLong = judgeLength(text, longest);
	if (tooLong !== undefined) yield tooLong;
	if (lines === 'oneLine' && /[\r\n]/.test(text)) {
		yield {
			code: 'E_TEMPLATE',
			message: 'has several lines',
			remedy: 'keep the first one, and put the others into body',
		};
	}
	yield* findTemplateFaults(text);
}

/** What keeps a text's variables from being filled in. */
export function findTemplateFaults(text: string): readonly Fault[] {
	return checkTemplate(text).map(explainFault);
}

function explainFault(fault: TemplateFault): Fault {
	if (fault.kind === 'strayBraces') {
		const remedy = 'write {{policy}}, or single braces';
		return { code: 'E_TEMPLATE', message: 'has braces that are no variable', remedy };
	}
	return {
		code: 'E_TEMPLATE',
		message: 'names an unknown variable',
		got: showValue(fault.name),
		expected: `one of ${messageVariables.join(', ')}`,
		remedy: adviseName(fault.name, messageVariables),
	};
}

// Names that a forge knows: people, teams and labels.
import { z } from 'zod';
import { showValue } from '../model/problem.ts';
import { type Fault, reportFault } from './fault.ts';
import { judgeLength } from './text-length.ts';

/** As long as the longest that GitLab takes. */
const maxLength = 255;

/** A login of GitHub, GitLab, Gitea or Forgejo, an app's `name[bot]`, or a team's name, below its groups where it has any. */
const loginPattern =
	/^(?:team:)?[\p{L}\p{N}_][\p{L}\p{N}_.-]*(?:\/[\p{L}\p{N}_][\p{L}\p{N}_.-]*)*(?:\[bot\])?$/u;

/** A person's login, or `team:name`. */
export const login: z.ZodType<string, string> = named(judgeLogin);

/** Forges separate labels by commas. */
export const forgeLabel: z.ZodType<string, string> = named(judgeLabel);

function named(judge: (name: string) => Fault | undefined): z.ZodType<string, string> {
	return z
		.string()
		.min(1)
		.meta({ maxLength })
		.superRefine((name, context) => {
			const fault = name === '' ? undefined : (judgeLength(name, maxLength) ?? judge(name));
			if (fault !== undefined) reportFault(context, fault);
		});
}

function judgeLogin(name: string): Fault | undefined {
	if (loginPattern.test(name) && (name.startsWith('team:') || !name.includes('/'))) return undefined;
	return { code: 'E_LOGIN', message: 'is no login', got: showValue(name), remedy: adviseLogin(name) };
}

/** What was probably meant: `@ada`, an address, `org/team`. */
function adviseLogin(name: string): string | undefined {
	const plain = name.trim().replace(/^@/, '');
	const team = plain.includes('/') && !plain.startsWith('team:') ? `team:${plain.split('/').at(-1)}` : plain;
	return team !== name && loginPattern.test(team) ? `write ${team}` : undefined;
}

function judgeLabel(label: string): Fault | undefined {
	if (/^[^\s,\p{Cc}\p{Cf}]+(?: [^\s,\p{Cc}\p{Cf}]+)*$/u.test(label)) return undefined;
	return { code: 'E_LABEL', message: 'is no label', got: showValue(label) };
}

// The part of SARIF 2.1.0 that Spillway writes, strictly: what the standard and GitHub's code scanning ask for.
import { z } from 'zod';

const message = z.strictObject({ text: z.string().min(1) });
const level = z.enum(['error', 'warning']);

/** §3.4: a URI reference that needs no more escaping; relative ones hang below the top of the sources. */
const artifactLocation = z.union([
	z.strictObject({
		uri: z.string().regex(/^(?:[\w.!~*'()-]|%[0-9A-F]{2})+(?:\/(?:[\w.!~*'()-]|%[0-9A-F]{2})+)*$/),
		uriBaseId: z.literal('%SRCROOT%'),
	}),
	z.strictObject({ uri: z.url({ protocol: /^file$/ }) }),
]);

const location = z.union([
	z.strictObject({
		physicalLocation: z.strictObject({
			artifactLocation,
			region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }).optional(),
		}),
	}),
	z.strictObject({ logicalLocations: z.array(z.strictObject({ name: z.string() })).length(1) }),
]);

const result = z.strictObject({
	ruleId: z.string(),
	ruleIndex: z.int().min(0),
	level,
	message,
	locations: z.array(location).length(1),
	partialFingerprints: z.record(z.string(), z.string().regex(/^[0-9a-f]{32}$/)),
});

const rule = z.strictObject({
	id: z.string(),
	shortDescription: message,
	fullDescription: message,
	help: message,
	defaultConfiguration: z.strictObject({ level }),
});

const run = z.strictObject({
	tool: z.strictObject({
		driver: z.strictObject({ name: z.string(), version: z.string(), rules: z.array(rule) }),
	}),
	columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
	results: z.array(result),
});

const log = z.strictObject({ $schema: z.url(), version: z.literal('2.1.0'), runs: z.tuple([run]) });

interface Text {
	readonly text: string;
}

interface PhysicalLocation {
	readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
	readonly region?: { readonly startLine: number; readonly startColumn: number } | undefined;
}

export interface SarifRun {
	readonly tool: {
		readonly driver: {
			readonly name: string;
			readonly version: string;
			readonly rules: readonly {
				readonly id: string;
				readonly shortDescription: Text;
				readonly fullDescription: Text;
				readonly help: Text;
				readonly defaultConfiguration: { readonly level: string };
			}[];
		};
	};
	readonly columnKind: string;
	readonly results: readonly {
		readonly ruleId: string;
		readonly ruleIndex: number;
		readonly level: string;
		readonly message: Text;
		readonly locations: readonly (
			| { readonly physicalLocation: PhysicalLocation }
			| { readonly logicalLocations: readonly { readonly name: string }[] }
		)[];
		readonly partialFingerprints: Readonly<Record<string, string>>;
	}[];
}

/** Reads a log, or throws where it breaks the standard or names a rule that it does not describe. */
export function readSarif(text: string): SarifRun {
	const [read] = log.parse(JSON.parse(text)).runs;
	const { rules } = read.tool.driver;
	if (new Set(rules.map(({ id }) => id)).size !== rules.length) throw new Error('a rule stands twice');
	for (const { ruleId, ruleIndex } of read.results) {
		if (rules[ruleIndex]?.id !== ruleId) throw new Error(`rule ${ruleIndex} is not ${ruleId}`);
	}
	return read;
}

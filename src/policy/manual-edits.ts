// What a person's commit to the weights means.
import { z } from 'zod';
import type { OnManualEdit } from '../model/policy.ts';
import type { Milliseconds } from '../model/time.ts';
import { durationWithin } from './duration.ts';

/** As for an override: what a person sets by hand is looked at again within three days. */
const longestHold: Milliseconds = 259_200_000;

interface ManualEditFields {
	readonly onManualEdit: z.ZodDefault<z.ZodType<OnManualEdit, OnManualEdit>>;
	readonly manualHold: z.ZodPrefault<z.ZodType<Milliseconds, string>>;
}

/** `spec.onManualEdit` and `spec.manualHold`. An hour: long enough to look into it, short enough not to be forgotten. */
export const manualEdits: ManualEditFields = {
	onManualEdit: z.enum(['Hold', 'Override', 'Adopt']).default('Hold').meta({
		description:
			'When a person commits other weights. Hold: they stay for manualHold. Override: they are written over. Adopt: they stay until the decision changes.',
	}),
	manualHold: durationWithin(1, longestHold).prefault('60m').meta({
		description: 'How long such a commit holds the target, at most 72h.',
	}),
};

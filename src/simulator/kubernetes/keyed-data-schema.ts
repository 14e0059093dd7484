import { z } from 'zod';
import type { Fields } from './fields.ts';
import { undecodable } from './undecodable.ts';

export function describeConfigMap(): z.ZodType<Fields> {
	return z.looseObject({
		data: z.record(z.string(), z.string('string')).optional(),
		binaryData: base64Texts(),
	});
}

function base64Texts(): z.ZodType<Readonly<Record<string, string>> | undefined> {
	const text = z.string('string').refine(isBase64, { message: 'illegal base64 data', params: undecodable });
	return z.record(z.string(), text).optional();
}

function isBase64(text: string): boolean {
	return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}

/** What is written as `stringData` is kept in `data`. */
export function describeSecret(): z.ZodType<Fields> {
	const written = z.looseObject({
		type: z.string('string').default('Opaque'),
		data: base64Texts(),
		stringData: z.record(z.string(), z.string('string')).optional(),
	});
	return written.transform(({ stringData, ...fields }): Fields => {
		if (stringData === undefined) return fields;
		const encoded = Object.entries(stringData).map(([key, text]) => [
			key,
			Buffer.from(text).toString('base64'),
		]);
		return { ...fields, data: { ...fields.data, ...Object.fromEntries(encoded) } };
	});
}

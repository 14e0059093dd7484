import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { parseText } from '../support/policy-documents.ts';

for (const [text, line] of Object.entries({
	'spec:\n\tmode: Active\n': '2:1 E_YAML_SYNTAX a tab is used for indentation → indent with spaces',
	'spec: {mode: Active\n':
		'2:1 E_YAML_SYNTAX the flow map is not closed here (expected "}") → close it with }, and indent what is inside',
	'mode: "Active\n': '2:1 E_YAML_SYNTAX a quoted text is not closed (expected ") → close it with "',
	'mode: Active: yes\n':
		'1:7 E_YAML_SYNTAX a second ": " on one line → quote the value, or put the inner field on its own line',
	'name: {{ name }}\n':
		'1:8 E_YAML_SYNTAX a key is not text → quote it; a template such as {{ name }} has to be rendered first',
	'mode: @Active\n':
		'1:7 E_YAML_SYNTAX Plain value cannot start with reserved character @ → mend the YAML at this place',
})) {
	test(`a person can mend ${JSON.stringify(text)}`, (t) => {
		t.deepEqual(parseText(text, 'a.yaml').problems.map(formatProblem), [`a.yaml:${line}`]);
	});
}

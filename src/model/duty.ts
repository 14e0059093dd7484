/**
 * What this process does for a policy: `write` carries its decisions out; `propose` decides and says what it would
 * write; `follow` keeps its judgements warm while another replica leads, and says nothing.
 */
export type Duty = 'write' | 'propose' | 'follow';

import { fuzzDecoders } from './decoders.ts';

fuzzDecoders(40_000);

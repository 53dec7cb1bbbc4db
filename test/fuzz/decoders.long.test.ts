import { fuzzDecoders } from './decoders.ts';

fuzzDecoders(1_000_000);

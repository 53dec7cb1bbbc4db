/** Requests as an engine encodes them, from what differs from the defaults. */
import type { DeepPartial } from 'cosmjs-types/helpers';
import { encodeRequest, Request } from '../../../src/engine/abci/codec.ts';

export type PartialRequest = DeepPartial<Request>;

export const requestFrame = (request: PartialRequest): Uint8Array => encodeRequest(Request.fromPartial(request as never));

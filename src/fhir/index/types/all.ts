import type { SearchParamType } from '../../definitions/model.ts';
import type { SearchParam } from '../../definitions/search-params.ts';
import type { ParamType } from '../param-type.ts';
import { dateType } from './date.ts';
import { numberType } from './number.ts';
import { quantityType } from './quantity.ts';
import { referenceType } from './reference.ts';
import { stringType } from './string.ts';
import { tokenType } from './token.ts';
import { uriType } from './uri.ts';

const types: Partial<Record<SearchParamType, ParamType>> = {
  date: dateType,
  number: numberType,
  quantity: quantityType,
  reference: referenceType,
  string: stringType,
  token: tokenType,
  uri: uriType,
};

/** Undefined: a parameter that is not supported (composite, special, and those without an expression such as `_text`). */
export const typeOf = (param: SearchParam): ParamType | undefined => (param.path === undefined ? undefined : types[param.type]);

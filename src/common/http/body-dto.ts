import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { isJsonObject, type JsonObject } from '../json-object.js';

/** By class, the classes of the members that are described by a class of their own. */
const nestedTypes = new Map<unknown, Map<string, () => Type<object>>>();
const knownMembers = new Map<Type<object>, readonly string[]>();

/** Says by which class a member of a body DTO is described; `@ValidateNested()` has it checked. */
export function Nested(type: () => Type<object>): PropertyDecorator {
  return (target, property) => {
    const types = nestedTypes.get(target.constructor) ?? new Map<string, () => Type<object>>();
    nestedTypes.set(target.constructor, types.set(String(property), type));
  };
}

function membersOf(dto: Type<object>): readonly string[] {
  let members = knownMembers.get(dto);
  if (!members) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    members = [...new Set(rules.map(({ propertyName }) => propertyName))];
    knownMembers.set(dto, members);
  }
  return members;
}

/**
 * Takes from a JSON object what a class-validator DTO knows, ready to be validated. Members without a rule are not looked
 * at, however many there are; `null` members count as absent; what no class describes is handed on as it was sent, the
 * same object.
 */
export function toBodyDto<T extends object>(dto: Type<T>, value: JsonObject): T {
  const instance = new dto();
  for (const member of membersOf(dto)) {
    const given = Object.hasOwn(value, member) ? value[member] : null;
    if (given === null) continue;
    const nested = nestedTypes.get(dto)?.get(member);
    const taken = nested && isJsonObject(given) ? toBodyDto(nested(), given) : given;
    Object.assign(instance, { [member]: taken });
  }
  return instance;
}

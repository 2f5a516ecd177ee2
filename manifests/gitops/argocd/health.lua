-- Health of every resource of guildhall.dev for Argo CD, from the conditions Ready, Reconciling and Stalled (kstatus).
-- Plain Lua: Argo CD loads no standard library.
local health = {status = "Progressing", message = "waiting for the operator to look at it"}

local metadata = obj.metadata
if metadata.deletionTimestamp ~= nil then
  health.message = "being deleted"
  return health
end
if obj.status == nil or obj.status.conditions == nil then
  return health
end
if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= metadata.generation then
  health.message = "waiting for the operator to see the latest change"
  return health
end

local found = {}
for _, condition in ipairs(obj.status.conditions) do
  if condition.observedGeneration == nil or condition.observedGeneration == metadata.generation then
    found[condition.type] = condition
  end
end

local stalled, reconciling, ready = found.Stalled, found.Reconciling, found.Ready
if stalled ~= nil and stalled.status == "True" then
  health.status = "Degraded"
  health.message = stalled.message
elseif obj.kind == "ServingRole" and obj.spec.groups == 0 then
  health.status = "Suspended"
  health.message = "scaled to no group"
elseif reconciling ~= nil and reconciling.status == "True" then
  health.message = reconciling.message
elseif ready ~= nil and ready.status == "True" then
  health.status = "Healthy"
  health.message = ready.message
elseif ready ~= nil then
  health.message = ready.message
end
return health

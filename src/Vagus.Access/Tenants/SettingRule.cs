using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Access.Tenants;

/// <summary>What a room that reads a setting asks of its value: <paramref name="Refuse"/> gives null for one that can be taken.</summary>
public sealed record SettingRule(string Setting, Func<JsonElement, Refusal?> Refuse);

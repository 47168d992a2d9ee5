using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>A setting of tenants that is one of some words, as writes ask it.</summary>
internal abstract class WordSetting<T>(TenantSettings settings, TimeProvider clock, SettingWords<T> words)
    where T : struct
{
    private readonly RememberedSetting<T> remembered = new(settings, clock, words.Setting, words.Read);

    public ValueTask<T> Of(TenantId tenant, CancellationToken cancel) => remembered.Of(tenant, cancel);

    /// <inheritdoc cref="RememberedSetting{T}.Forget"/>
    public void Forget(TenantId tenant) => remembered.Forget(tenant);
}

/// <summary>The words of a setting with what they mean; the first holds where it is not set.</summary>
internal sealed class SettingWords<T>(string setting, params (string Word, T Meaning)[] words)
    where T : struct
{
    public string Setting => setting;

    public T Read(JsonElement? value) => (value is { } set ? Find(set) : null) ?? words[0].Meaning;

    public Refusal? Refuse(JsonElement value) => Find(value) is not null ? null : new Refusal(
        RefusalKind.Invalid, $"invalid_{setting}",
        $"The setting {setting} is {string.Join(", ", words[..^1].Select(each => $"\"{each.Word}\""))} or \"{words[^1].Word}\".");

    private T? Find(JsonElement value)
    {
        foreach (var (word, meaning) in words) if (value.ValueKind == JsonValueKind.String && value.ValueEquals(word)) return meaning;
        return null;
    }
}

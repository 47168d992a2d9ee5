using System.Text.Json;

namespace Vagus.Fhir.Subscribing;

/// <summary>What a row keeps as JSON.</summary>
internal static class RowText
{
    /// <summary>Null where it cannot be read: others go on.</summary>
    public static T? Read<T>(string? body)
        where T : class
    {
        if (body is null) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Identity.People;

/// <summary>
/// From which ages on a proxy for a minor sees a part of the record, and nothing. A tenant's setting <c>proxy-ages</c>:
/// <c>{ "limitedFrom": 12, "endsAt": 18 }</c>, which are the defaults.
/// </summary>
internal sealed record ProxyAges(int LimitedFrom, int EndsAt)
{
    public const string Setting = "proxy-ages";
    private const int Oldest = 30;

    public static readonly ProxyAges Default = new(12, 18);

    /// <summary>A setting that cannot be read gives the defaults; <see cref="Refuse"/> keeps it out.</summary>
    public static ProxyAges Parse(JsonElement? setting) =>
        setting is { } given && Refuse(given) is null
            ? new ProxyAges(given.GetProperty("limitedFrom").GetInt32(), given.GetProperty("endsAt").GetInt32()) : Default;

    public static Refusal? Refuse(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object || setting.EnumerateObject().Count() != 2) return Invalid;
        return Age(setting, "limitedFrom") is { } limited && Age(setting, "endsAt") is { } ends && limited <= ends ? null : Invalid;
    }

    /// <summary>
    /// The two instants for a patient. A grant that was made when the patient was of age is not touched: the patient itself agreed to it.
    /// Of a birth date without day or month the earliest is taken, which ends a proxy sooner and not later. Of a patient whose age is not
    /// known a part is seen: it may be any age.
    /// </summary>
    public (DateTimeOffset LimitedFrom, DateTimeOffset Until) Of(string? birthDate, DateTimeOffset grantedAt)
    {
        if (Earliest(birthDate) is not { } born) return (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        var ends = Birthday(born, EndsAt);
        return grantedAt >= ends ? (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue) : (Birthday(born, LimitedFrom), ends);
    }

    private static DateTimeOffset Birthday(DateOnly born, int age) =>
        new(born.AddYears(age).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static DateOnly? Earliest(string? birthDate) =>
        DateOnly.TryParseExact(
            birthDate, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year < 9900 ? date : null;

    private static int? Age(JsonElement setting, string name) =>
        setting.TryGetProperty(name, out var age) && age.ValueKind == JsonValueKind.Number && age.TryGetInt32(out var years)
            && years is >= 0 and <= Oldest ? years : null;

    private static readonly Refusal Invalid = new(
        RefusalKind.Invalid, "invalid_proxy_ages",
        "The setting proxy-ages is { \"limitedFrom\": years, \"endsAt\": years }, the first not above the second, both at most 30.");
}

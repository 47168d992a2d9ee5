using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The extensions of a Subscription that are understood, and where each stands. One that stands elsewhere, is spelt otherwise or has a
/// value of another type would be passed over, and a receiver told more than was asked for: it is refused. No I/O.
/// </summary>
internal static class SubscriptionExtensions
{
    private const string Criteria = $"{SubscriptionBody.Type}.criteria";
    private const string Channel = $"{SubscriptionBody.Type}.channel";
    private const string UnsignedInt = "valueUnsignedInt";
    private const string PositiveInt = "valuePositiveInt";

    private static readonly Rule[] Rules =
    [
        new(Backport.Filter, Criteria, "valueString") { Repeats = true },
        new(Backport.Content, $"{Channel}.payload", "valueCode"),
        new(Backport.Heartbeat, Channel, UnsignedInt),
        new(Backport.Timeout, Channel, UnsignedInt),
        new(Backport.MaxCount, Channel, PositiveInt),
        new(SubscriptionBody.SecretExtension, Channel, "valueString"),
    ];

    // Parts of the guide's addresses, and of those that were meant to be.
    private static readonly string[] Signs = ["backport", "hl7.org/fhir/uv/subscription", SubscriptionBody.SecretExtension];

    /// <summary>The first extension that is not understood, with its place; null: all are, or say nothing about what is told.</summary>
    public static Refusal? Refuse(JsonElement resource) => Refusals(resource, SubscriptionBody.Type).FirstOrDefault();

    private static IEnumerable<Refusal> Refusals(JsonElement element, string place) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(each => Refusals(each, place)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.Name switch
        {
            "modifierExtension" => [SubscriptionForm.No(place, "A Subscription with a modifierExtension is not understood.")],
            "extension" => OfExtensions(property.Value, place),
            var name => Refusals(property.Value, $"{place}.{name.TrimStart('_')}"),
        }),
        _ => [],
    };

    private static IEnumerable<Refusal> OfExtensions(JsonElement extensions, string place)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var extension in extensions.EnumerateArray())
        {
            var url = PropertyText.Of(extension, "url"u8) ?? "";
            if (Refuse(extension, url, place, isSecond: !known.Add(url)) is { } refused) yield return refused;
            foreach (var inside in Refusals(extension, $"{place}.extension")) yield return inside;
        }
    }

    private static Refusal? Refuse(JsonElement extension, string url, string place, bool isSecond)
    {
        if (Array.Exists(Backport.CrossVersion, start => url.StartsWith(start, StringComparison.Ordinal)))
            return SubscriptionForm.No(
                place, "A Subscription of R4 has the extensions of the Subscriptions R5 Backport guide, and not those of R5.");
        // It names a channel beside those of R4, and this server has none.
        if (url == Backport.ChannelType) return SubscriptionForm.NoSuchChannel;
        if (Array.Find(Rules, each => each.Url == url) is { } rule) return rule.Refuse(extension, place, isSecond);
        // What else narrows the criteria is not known, and would be left out.
        if (place == Criteria) return SubscriptionForm.No(place, $"The criteria are narrowed by {Backport.Filter} alone.");
        return Array.Exists(Signs, sign => url.Contains(sign, StringComparison.OrdinalIgnoreCase))
            ? SubscriptionForm.No(place, $"An extension of that address is not understood. These are: {string.Join(", ", Rules.Select(each => each.Url))}.")
            : null;
    }

    /// <param name="Url">Of the extension.</param>
    /// <param name="Place">The element that has it.</param>
    /// <param name="Value">The property with its value.</param>
    private sealed record Rule(string Url, string Place, string Value)
    {
        public bool Repeats { get; init; }

        public Refusal? Refuse(JsonElement extension, string place, bool isSecond)
        {
            var name = Url[(Url.LastIndexOf('/') + 1)..];
            if (place != Place) return SubscriptionForm.No(place, $"The extension {name} stands at {Place}.");
            if (isSecond && !Repeats) return SubscriptionForm.No(place, $"There is one extension {name}.");
            return HasItsValue(extension) ? null : SubscriptionForm.No(place, $"The extension {name} has a {Value}.");
        }

        private bool HasItsValue(JsonElement extension)
        {
            var values = extension.EnumerateObject().Where(each => each.Name.StartsWith("value", StringComparison.Ordinal)).ToList();
            if (values is not [var value] || value.Name != Value) return false;
            return Value is not (UnsignedInt or PositiveInt) || value.Value.TryGetInt32(out _);
        }
    }
}

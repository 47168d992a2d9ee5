using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>A value that an event must have to concern a subscription.</summary>
internal readonly record struct EventKey(string Field, string Value);

/// <summary>
/// Which events of a topic a subscription is about: filters of the form <c>name=value</c>, all of which hold; a comma is "or". A filter
/// that cannot be applied is refused. No I/O.
/// </summary>
internal sealed class EventQuestion
{
    private const string Where = "Subscription.criteria";
    private readonly IReadOnlyList<Filter> filters;

    private EventQuestion(IReadOnlyList<Filter> filters) => this.filters = filters;

    /// <summary>The values of which an event has one where it concerns the subscription; empty: any event may.</summary>
    public IReadOnlyList<EventKey> Keys =>
        filters.OrderBy(filter => filter.Field.Kind).Select(filter => filter.Keys).FirstOrDefault(keys => keys.Count > 0) ?? [];

    public static Result<EventQuestion> Read(Topic topic, IReadOnlyList<string> texts, OwnBases own)
    {
        var filters = new List<Filter>();
        foreach (var text in texts)
        {
            var query = QueryOf(topic, text);
            if (query is null) return Refuse($"The events of {topic.Id} do not point at resources of that type.");
            foreach (var part in query.Split('&'))
            {
                var read = Filter.Read(topic, part, own);
                if (read.Refusal is { } refused) return refused;
                filters.Add(read.Value);
            }
        }

        return new EventQuestion(filters);
    }

    /// <summary>All keys of an event.</summary>
    public static IEnumerable<EventKey> KeysOf(Topic topic, JsonElement data, IReadOnlyList<PatientId> patients) =>
        topic.Fields.SelectMany(field => field.KeysOf(data, patients).Select(value => new EventKey(field.Name, value)));

    /// <summary>Whether all filters hold of the event in this form.</summary>
    public bool Holds(EventForm form) => filters.All(filter => filter.Holds(form));

    /// <summary>Without the type, where the filter names it as the guide allows; null: it names another one.</summary>
    private static string? QueryOf(Topic topic, string text)
    {
        var mark = text.IndexOfAny(['?', '.', '=']);
        if (mark < 0 || text[mark] == '=' || (text[mark] == '.' && !R4Definitions.IsResourceType(text[..mark]))) return text;
        return text[..mark] == topic.FocusType ? text[(mark + 1)..] : null;
    }

    private static Refusal Refuse(string message) => SubscriptionForm.No(Where, message);

    private sealed record Filter(TopicField Field, IReadOnlyList<Asked> AnyOf)
    {
        public IReadOnlyList<EventKey> Keys => AnyOf.All(asked => asked.Value.Length > 0)
            ? [.. AnyOf.Select(asked => new EventKey(Field.Name, asked.Value))] : [];

        public static Result<Filter> Read(Topic topic, string text, OwnBases own)
        {
            var (name, value) = text.Split('=', 2) is [var before, var after] ? (before, after) : (text, "");
            var names = string.Join(", ", topic.Fields.Select(each => each.Name));
            if (topic.Fields.FirstOrDefault(each => each.Name == name) is not { } field)
                return Refuse($"A filter of {topic.Id} is one of these with a value: {names}.");
            var values = value.Split(',');
            var asked = values.Select(each => AskedOf(field, Uri.UnescapeDataString(each), own)).OfType<Asked>().ToList();
            return asked.Count == values.Length ? new Filter(field, asked) : Refuse($"A value of the filter {name} is not understood.");
        }

        public bool Holds(EventForm form)
        {
            var keys = Field.KeysOf(form.Data, form.Patients).ToList();
            return AnyOf.Any(asked => (asked.Value.Length == 0 || keys.Contains(asked.Value))
                && (asked.System is null || Field.IsOfSystem(form.Data, asked.System)));
        }

        private static Asked? AskedOf(TopicField field, string value, OwnBases own) => field.Kind switch
        {
            _ when value.Length == 0 => null,
            FieldKind.Patient => PatientOf(value, own) is { } patient ? new Asked(patient) : null,
            FieldKind.Boolean => value is "true" or "false" ? new Asked(value) : null,
            FieldKind.Id => TopicField.LastPartOf(value) is { Length: > 0 } id ? new Asked(id) : null,
            FieldKind.Coding => CodingOf(value),
            _ => new Asked(value),
        };

        private static Asked? CodingOf(string value) => value.Split('|') switch
        {
            [var code] => new Asked(code),
            [{ Length: > 0 } system, var code] => new Asked(code) { System = system },
            _ => null,
        };

        private static string? PatientOf(string value, OwnBases own)
        {
            var relative = own.Relative(value);
            return (relative.IsEmpty ? value : relative.ToString()).Split('/') switch
            {
                [{ Length: > 0 } id] => id,
                ["Patient", { Length: > 0 } id] => id,
                _ => null,
            };
        }
    }

    /// <summary>One value that is asked for; empty: any of the system.</summary>
    private sealed record Asked(string Value)
    {
        public string? System { get; init; }
    }
}

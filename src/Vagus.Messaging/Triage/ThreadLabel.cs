using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Messaging.Triage;

/// <summary>A label that staff may put on threads; the id stands in rows and filters, the name is shown.</summary>
internal sealed record ThreadLabel(string Id, string Name)
{
    public const int MostLabels = 100;
    private const int MostOfName = 60;

    public static Result<IReadOnlyList<ThreadLabel>> Read(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Array) return FieldRefusals.Wrong("labels", "a list");
        if (given.GetArrayLength() > MostLabels) return FieldRefusals.TooMany("labels", MostLabels);
        var labels = new List<ThreadLabel>();
        foreach (var item in given.EnumerateArray())
        {
            var fields = RequestFields.Read(item, "id", "name");
            if (fields.Refusal is { } unknown) return unknown;
            var (id, name) = (fields.Value.Text("id"), fields.Value.Text("name", MostOfName));
            if ((id.Refusal ?? name.Refusal) is { } malformed) return malformed;
            if (!ChosenId.IsValid(id.Value) || labels.Exists(label => label.Id == id.Value))
                return FieldRefusals.Wrong("id", "lower-case letters, digits and hyphens, each id once");
            labels.Add(new ThreadLabel(id.Value, name.Value));
        }

        return labels;
    }
}


namespace Vagus.Realtime.Tests.Model;

/// <summary>What a subscription of the model asks for. Null is all.</summary>
/// <param name="Types">Wire names of events.</param>
/// <param name="Patients">Ids of patients.</param>
/// <param name="Resources">Types of resources whose changes are asked for; null is none, <c>*</c> all.</param>
internal sealed record Wish(string[]? Types, string[]? Patients, string[]? Resources)
{
    public static readonly Wish Everything = new(null, null, null);

    public bool Wants(Fact fact, Form form)
    {
        if (Patients is not null && !fact.PatientsOf(form).Any(Patients.Contains)) return false;
        if (fact.ResourceType is { } type) return Resources is not null && (Resources.Contains("*") || Resources.Contains(type));
        return Types is null || Types.Contains(fact.Type);
    }

    /// <summary>
    /// The form that is wanted of what is seen: itself or, of a record that left the patients who are asked for, the notice that it is
    /// gone.
    /// </summary>
    public Form Wanted(Fact fact, Form seen)
    {
        if (seen != Form.None && Wants(fact, seen)) return seen;
        return seen == Form.Whole && fact.Former is not null && Wants(fact, Form.Gone) ? Form.Gone : Form.None;
    }
}

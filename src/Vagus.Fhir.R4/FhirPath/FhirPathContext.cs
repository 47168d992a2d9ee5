using System.Text.Json;

namespace Vagus.Fhir.R4.FhirPath;

/// <summary>What an evaluation may look at beside its resource, and how far it may go.</summary>
public sealed record FhirPathContext
{
    public static FhirPathContext Default { get; } = new();

    /// <summary>The clock behind <c>now()</c>, <c>today()</c> and <c>timeOfDay()</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary><c>%rootResource</c>: the resource that contains the evaluated one; null when that is the evaluated one itself.</summary>
    public JsonElement? RootResource { get; init; }

    /// <summary>Further variables by name without the percent sign; null is the empty collection (<c>%previous</c> of a create).</summary>
    public IReadOnlyDictionary<string, JsonElement?> Variables { get; init; } = new Dictionary<string,
        JsonElement?>(StringComparer.Ordinal);

    /// <summary>
    /// Finds the resource behind a reference. Where it is absent or finds nothing, <c>resolve()</c> gives a stand-in
    /// that has only the type the reference's text tells: enough for <c>resolve() is Patient</c>.
    /// </summary>
    public Func<string, JsonElement?>? Resolve { get; init; }

    /// <summary>An element that the type does not have is an error and not merely empty.</summary>
    public bool Strict { get; init; }

    /// <summary>False: functions with regular expressions are refused. A step of them may take a tenth of a second.</summary>
    public bool AllowsPatterns { get; init; } = true;

    /// <summary>Lets <c>as</c> filter a collection as <c>ofType</c> does: R4's own search parameters use it so.</summary>
    internal bool CastsCollections { get; init; }

    /// <summary>How many items all steps of one evaluation may look at.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>How many items one collection may hold.</summary>
    public int MaxItems { get; init; } = 100_000;
}

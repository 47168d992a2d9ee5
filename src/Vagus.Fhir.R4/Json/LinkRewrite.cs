namespace Vagus.Fhir.R4.Json;

/// <summary>Where a link stands. R4 rewrites all of these when a transaction gives a resource its id, but never canonicals.</summary>
public enum LinkKind
{
    /// <summary><c>Reference.reference</c>: the only place where a conditional reference (<c>Patient?identifier=…</c>) may stand.</summary>
    Reference,

    /// <summary>An element of type uri, url, oid or uuid.</summary>
    Uri,

    /// <summary><c>href</c> or <c>src</c> in a narrative.</summary>
    Narrative,
}

/// <summary>What the link becomes, or null to leave it. Called for every link of a body; the span is only valid during the call.</summary>
public delegate string? LinkRewrite(LinkKind kind, ReadOnlySpan<char> link);

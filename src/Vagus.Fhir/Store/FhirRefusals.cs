using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>The refusals of the FHIR API. The codes are those of the OperationOutcome issue types (R4 value set issue-type).</summary>
internal static class FhirRefusals
{
    public static readonly Refusal StaleVersion = new(
        RefusalKind.PreconditionFailed, "conflict", "The resource has another version than If-Match says. Read it again.");

    public static readonly Refusal AlreadyThere = new(
        RefusalKind.PreconditionFailed, "conflict", "If-None-Match: * asks for no resource at this address, and there is one.");

    public static readonly Refusal IdIsTaken = new(
        RefusalKind.Conflict, "conflict", "The condition matches nothing, and there is a resource with the id of the body.");

    public static readonly Refusal OtherIdThanMatch = FhirRefusals.Invalid("The body's id is not that of the resource that the condition matches.");

    public static readonly Refusal NothingToPatch = new(RefusalKind.NotFound, "not-found", "The condition matches nothing.");

    public static readonly Refusal NoCondition = FhirRefusals.Invalid("Name an id, or a condition with at least one search parameter.");

    public static readonly Refusal UnsupportedPatch = new(
        RefusalKind.Unsupported, "not-supported",
        "A patch is application/json-patch+json, or a Parameters resource with the operations of a FHIRPath Patch.");

    public static readonly Refusal Forbidden = new(
        RefusalKind.Forbidden, "forbidden", "This role may not do this with this resource type.");

    public static readonly Refusal OutOfOwnReach = new(
        RefusalKind.Forbidden, "forbidden", "The resource would be out of reach of the caller who writes it.");

    public static readonly Refusal ServerWritten = new(
        RefusalKind.Forbidden, "forbidden", "Resources of this type are written by the server only.");

    public static readonly Refusal UnsupportedMedia = new(
        RefusalKind.Unsupported, "not-supported", "The body must be application/fhir+json or application/fhir+xml, of R4 and in UTF-8.");

    public static readonly Refusal EncodedBody = new(
        RefusalKind.Unsupported, "not-supported", "The body must be sent without a Content-Encoding.");

    public static readonly Refusal NotAcceptable = new(
        RefusalKind.NotAcceptable, "not-supported", 
        "Answers are application/fhir+json or application/fhir+xml of R4. Accept or _format asks for something else.");

    public static readonly Refusal NoSuchInteraction = new(
        RefusalKind.NotFound, "not-supported", "The server has no such interaction at this address.");

    public static readonly Refusal NoSuchMethod = new(
        RefusalKind.NotFound, "not-supported", "The address is not asked by this method. The header Allow names those that it has.");

    public static readonly Refusal UnsupportedForm = new(
        RefusalKind.Unsupported, "not-supported", "The body must be application/x-www-form-urlencoded.");

    public static Refusal UnknownType(string type) =>
        new(RefusalKind.NotFound, "not-supported", $"'{Shown(type)}' is not an R4 resource type.");

    public static Refusal NotFound(string type, string id) => new(
        RefusalKind.NotFound, "not-found", Shown(id) == id ? $"There is no {type}/{id}." : $"There is no such {type}: its address holds no id.");

    public static Refusal NoVersion(string type, string id, long version) => new(
        RefusalKind.NotFound, "not-found",
        version > 0 && Shown(id) == id ? $"There is no {type}/{id}/_history/{version}." : $"There is no such version of this {type}.");

    public static readonly Refusal UnsignedProvenance = new(
        RefusalKind.Forbidden, "forbidden", "A Provenance is written by the server, or by a person as a signature: it must carry one.");

    public static readonly Refusal SignedForGood = new(RefusalKind.Forbidden, "forbidden", "A Provenance is never changed or deleted.");

    public static readonly Refusal MessageByItself = new(
        RefusalKind.Unprocessable, "not-supported", "A Communication is a message: create it by POST [base]/Communication, by itself.");

    public static readonly Refusal MessageForGood = new(
        RefusalKind.Forbidden, "forbidden", "A message is neither replaced nor deleted. Who sent it may retract it.");

    public static readonly Refusal AnswersTooLarge = new(
        RefusalKind.Unprocessable, "too-costly", "What this Bundle asks for does not fit into one answer. Ask for less at a time.");

    public static readonly Refusal DefinitionsTooLarge = new(
        RefusalKind.Unprocessable, "too-costly", "The code systems and value sets that this needs are larger than one answer may be.");

    public static readonly Refusal NarrowDown = new(
        RefusalKind.Unprocessable, "too-costly", "The operation finds more than it looks at. Narrow it down by more parameters.");

    public static Refusal NotSupported(string message) => new(RefusalKind.Invalid, "not-supported", message);

    public static Refusal Gone(string type, string id) => new(RefusalKind.Gone, "deleted", $"{type}/{id} was deleted.");

    public static Refusal Invalid(string message) => new(RefusalKind.Invalid, "invalid", message);

    public static Refusal TooCostly(string message) => new(RefusalKind.Unprocessable, "too-costly", message);

    public static readonly Refusal SeveralMatches = new(
        RefusalKind.PreconditionFailed, "multiple-matches", "The condition matches more than one resource.");

    public static Refusal NoMatch(int? entry, string type) => new(
        RefusalKind.PreconditionFailed, "not-found", $"{InEntry(entry)}a conditional reference to {Shown(type)} matches nothing.");

    /// <summary>Begins a sentence about what an entry of a Bundle holds.</summary>
    public static string InEntry(int? entry) => entry is { } index ? $"In Bundle.entry[{index}], " : "In the Bundle, ";

    public static Refusal Unprocessable(string message) => new(RefusalKind.Unprocessable, "processing", message);

    public static Refusal TooLarge(int limit) => new(RefusalKind.TooLarge, "too-long", $"The body has more than {limit} bytes.");

    /// <summary>At most so much of what a client sent is shown back, and nothing that a terminal or page would act on.</summary>
    public static string Shown(string text) =>
        new([.. text.Take(64).Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '$')]);
}

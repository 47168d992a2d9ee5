using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Tests.Json;

public sealed class OperationOutcomeTests
{
    [Fact]
    public void Each_issue_says_what_and_where()
    {
        var outcome = Text(OperationOutcome.Write(
            new FhirIssue(IssueSeverity.Error, "required", "Must be present", "Observation.status"),
            new FhirIssue(IssueSeverity.Warning, "processing", "Slow")));

        Assert.Equal(
            """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"required","diagnostics":"Must be present","expression":["Observation.status"]},{"severity":"warning","code":"processing","diagnostics":"Slow"}]}
            """,
            outcome);
    }

    [Fact]
    public void No_issues_are_said_too() =>
        Assert.Equal(
            """{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational","diagnostics":"All OK"}]}""",
            Text(OperationOutcome.Write()));

    [Theory]
    [InlineData(RefusalKind.NotFound, "not-found")]
    [InlineData(RefusalKind.Gone, "deleted")]
    [InlineData(RefusalKind.PreconditionFailed, "conflict")]
    [InlineData(RefusalKind.Forbidden, "forbidden")]
    [InlineData(RefusalKind.Unauthenticated, "login")]
    public void A_refusal_becomes_one_issue(RefusalKind kind, string code) =>
        Assert.Equal(new FhirIssue(IssueSeverity.Error, code, "why"), OperationOutcome.Of(new Refusal(kind, "x", "why")));

    [Fact]
    public void Every_outcome_is_itself_valid_R4()
    {
        foreach (var kind in Enum.GetValues<RefusalKind>())
        {
            using var document = JsonDocument.Parse(OperationOutcome.Write(new Refusal(kind, "x", "why")));
            Assert.Empty(ResourceValidator.Validate(document.RootElement, OwnBases.None));
        }

        using var malformed = JsonDocument.Parse(OperationOutcome.Write(JsonDefects.Malformed));
        Assert.Equal("structure", malformed.RootElement.GetProperty("issue")[0].GetProperty("code").GetString());
    }

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}

using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class BillingEventsTests
{
    private const string Claim = """
        {"resourceType":"Claim","id":"c","status":"draft","use":"claim","patient":{"reference":"Patient/maya"},"insurer":{"display":"Northwind Health"},
         "total":{"value":340.00,"currency":"USD"}}
        """;

    private const string Answer = """
        {"resourceType":"ClaimResponse","id":"cr","status":"active","use":"claim","outcome":"complete","patient":{"reference":"Patient/maya"},
         "insurer":{"display":"Northwind Health"},"request":{"reference":"Claim/c"},"payment":{"amount":{"value":288,"currency":"USD"}}}
        """;

    private static readonly string PriorAuth = Claim.With("use", "\"preauthorization\"");
    private static readonly string Authorization = Answer.With("use", "\"preauthorization\"").Without("payment")
        .With("preAuthRef", "\"AUTH-2207\"");

    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_claim_goes_its_way()
    {
        (await clinic.Write(Claim)).Is("claim.created");
        (await clinic.Write(Claim)).IsNothing();
        (await clinic.Write(Claim.With("total", """{"value":360,"currency":"USD"}"""))).Is("claim.updated");
        var sent = await clinic.Write(Claim.Status("active"));
        sent.Is("claim.status_changed", "claim.submitted");
        Assert.Equal(("active", "draft"), (sent.The<ClaimStatusChanged>().Status, sent.The<ClaimStatusChanged>().PreviousStatus));
        (await clinic.Write(Claim.Status("cancelled"))).Is("claim.status_changed");
    }

    [Fact]
    public async Task A_claim_written_and_sent_at_once_is_created_and_submitted()
    {
        var told = await clinic.Write(Claim.Status("active"));

        told.Is("claim.created", "claim.submitted");
        Assert.Equal(new ClaimSubmitted("Claim/c/_history/1", "c", "maya", "Northwind Health", 340.00m, "USD"), told.The<ClaimSubmitted>());
    }

    [Fact]
    public async Task A_payment_of_the_insurer_pays_the_claim_once()
    {
        var told = await clinic.Write(Answer);

        told.Is("claim.status_changed", "claim.paid");
        Assert.Equal(new ClaimPaid("ClaimResponse/cr/_history/1", "c", "maya", 288m, "USD", "Northwind Health"), told.The<ClaimPaid>());
        (await clinic.Write(Answer.With("disposition", "\"thank you\""))).IsNothing();
    }

    [Fact]
    public async Task A_further_amount_of_the_insurer_is_told_again_and_the_status_is_not()
    {
        await clinic.Write(Answer);

        (await clinic.Write(Answer.With("payment", """{"amount":{"value":288.00,"currency":"USD"}}"""))).IsNothing();
        var told = await clinic.Write(Answer.With("payment", """{"amount":{"value":340,"currency":"USD"}}"""));

        told.Is("claim.paid");
        Assert.Equal(340m, told.The<ClaimPaid>().Amount);
    }

    [Theory]
    [InlineData("outcome", "\"error\"")]
    [InlineData("payment", """{"amount":{"value":0,"currency":"USD"}}""")]
    public async Task An_error_or_a_payment_of_nothing_denies_the_claim(string element, string json) =>
        (await clinic.Write(Answer.With(element, json))).Is("claim.status_changed", "claim.denied");

    [Fact]
    public async Task Benefits_that_add_up_to_nothing_deny_the_claim()
    {
        var told = await clinic.Write(
            Answer.Without("payment").With("total", """[{"category":{"coding":[{"code":"benefit"}]},"amount":{"value":0}}]""")
            .With("disposition", "\"Out of network\""));

        told.Is("claim.status_changed", "claim.denied");
        Assert.Equal("Out of network", told.The<ClaimDenied>().Reason);
    }

    [Fact]
    public async Task An_answer_in_words_denies_the_claim() =>
        (await clinic.Write(Answer.Without("payment").With("disposition", "\"Claim DENIED: service not covered\"")))
            .Is("claim.status_changed", "claim.denied");

    [Fact]
    public async Task An_answer_that_decides_nothing_is_a_change_of_status_only()
    {
        var queued = await clinic.Write(Answer.Without("payment").With("outcome", "\"queued\""));

        queued.Is("claim.status_changed");
        Assert.Equal("queued", queued.The<ClaimStatusChanged>().Status);
        (await clinic.Write(Answer.Status("draft").Named("draft"))).IsNothing();
        (await clinic.Write(Answer.Status("entered-in-error"))).IsNothing();
    }

    [Fact]
    public async Task A_request_for_prior_authorization_is_no_claim()
    {
        (await clinic.Write(PriorAuth)).Is("prior_auth.status_changed");
        (await clinic.Write(PriorAuth.With("total", """{"value":1}"""))).IsNothing();
        (await clinic.Write(PriorAuth.Status("active"))).Is("prior_auth.status_changed");
    }

    [Fact]
    public async Task An_authorization_number_approves()
    {
        var told = await clinic.Write(Authorization);

        told.Is("prior_auth.status_changed", "prior_auth.approved");
        Assert.Equal(("c", "AUTH-2207"), (told.The<PriorAuthApproved>().PriorAuthId, told.The<PriorAuthApproved>().AuthorizationNumber));
        (await clinic.Write(Authorization)).IsNothing();
    }

    [Fact]
    public async Task A_disposition_that_begins_with_approved_approves_without_a_number()
    {
        var told = await clinic.Write(Authorization.Without("preAuthRef").With("disposition", "\"Approved: one visit\""));

        told.Is("prior_auth.status_changed", "prior_auth.approved");
        Assert.Null(told.The<PriorAuthApproved>().AuthorizationNumber);
    }

    [Theory]
    [InlineData("outcome", "\"error\"")]
    [InlineData("disposition", "\"Not authorized\"")]
    public async Task A_refusal_denies_the_authorization(string element, string json) =>
        (await clinic.Write(Authorization.With(element, json))).Is("prior_auth.status_changed", "prior_auth.denied");

    [Fact]
    public async Task A_pending_authorization_is_neither_approved_nor_denied() =>
        (await clinic.Write(Authorization.Without("preAuthRef"))).Is("prior_auth.status_changed");
}

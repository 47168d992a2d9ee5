using System.Text.Json;
using Vagus.Care.Tests.Alerts;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Rules;

/// <summary>
/// The rules by which values and findings are critical are shown with their sources, changed by API and approved by a person.
/// </summary>
public abstract class CriticalRulesTests(Engine engine)
{
    [Fact]
    public async Task The_houses_rules_have_sources_and_wait_for_an_approval_which_a_change_takes_away()
    {
        await using var ward = await Ward.Open(engine);
        var (admin, director, nurse) = (await ward.Has(Role.Admin), await ward.Has(Role.Lab), await ward.Has(Role.Nurse));
        var shown = await ward.Done(director, "GET", "/api/critical-rules");
        var version = EscalationTests.Text(shown, "version");

        Assert.False(shown.GetProperty("isApproved").GetBoolean());
        Assert.Equal("To be approved by the laboratory director.", EscalationTests.Text(shown, "notice"));
        Assert.All(
            shown.GetProperty("limits").EnumerateArray(),
            limit => Assert.Contains("JAMA 1990", EscalationTests.Text(limit, "source"), StringComparison.Ordinal));
        Assert.Equal(403, (await ward.Send(nurse, "POST", "/api/critical-rules/approval", new { version })).Status);
        Assert.Equal(409, (await ward.Send(director, "POST", "/api/critical-rules/approval", new { version = "another" })).Status);
        var approved = await ward.Done(director, "POST", "/api/critical-rules/approval", new { version });
        Assert.Equal(director.User, EscalationTests.Text(approved, "approvedBy"));

        await ward.Done(admin, "PUT", "/api/admin/settings/critical-limits", """{"2823-3":{"unit":"mmol/L","high":6.2}}""");
        var changed = await ward.Done(nurse, "GET", "/api/critical-rules");

        Assert.False(changed.GetProperty("isApproved").GetBoolean());
        var own = Assert.Single(
            changed.GetProperty("limits").EnumerateArray(), limit => EscalationTests.Text(limit, "code") == "2823-3");
        Assert.Equal(("the organization", 6.2m), (EscalationTests.Text(own, "source"), own.GetProperty("high").GetDecimal()));
    }

    [Fact]
    public async Task Findings_of_imaging_are_shown_and_approved_with_the_limits()
    {
        await using var ward = await Ward.Open(engine);
        var (admin, director) = (await ward.Has(Role.Admin), await ward.Has(Role.Lab));
        var shown = await ward.Done(director, "GET", "/api/critical-rules");
        var approved = await ward.Done(
            director, "POST", "/api/critical-rules/approval", new { version = EscalationTests.Text(shown, "version") });
        await ward.Done(
            admin, "PUT", "/api/admin/settings/critical-findings", """{"36118008":null,"125605004":"Fracture of bone"}""");

        var changed = await ward.Done(director, "GET", "/api/critical-rules");

        Assert.True(approved.GetProperty("isApproved").GetBoolean());
        Assert.False(changed.GetProperty("isApproved").GetBoolean());
        var house = Findings(shown);
        Assert.Equal("Pulmonary embolism", EscalationTests.Text(house["59282003"], "name"));
        Assert.All(
            house.Values, each => Assert.Contains("J Am Coll Radiol", EscalationTests.Text(each, "source"), StringComparison.Ordinal));
        var own = Findings(changed);
        Assert.Equal(["125605004"], own.Keys.Except(house.Keys));
        Assert.Equal(["36118008"], house.Keys.Except(own.Keys));
        Assert.Equal(
            ("Fracture of bone", "the organization"),
            (EscalationTests.Text(own["125605004"], "name"), EscalationTests.Text(own["125605004"], "source")));
    }

    [Fact]
    public async Task Troponin_is_to_be_set_by_the_laboratory_director_until_the_organization_has_set_it()
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);
        var before = (await ward.Done(admin, "GET", "/api/critical-rules")).GetProperty("toBeSet");
        await ward.Done(
            admin, "PUT", "/api/admin/settings/critical-limits",
            """
            {"6598-7":null,"67151-1":{"unit":"ng/L","high":14},"48425-3":null,"10839-9":null,
             "89579-7":{"unit":"ng/L","high":34,"sex":"male"}}
            """);

        var after = (await ward.Done(admin, "GET", "/api/critical-rules")).GetProperty("toBeSet");

        Assert.StartsWith(
            "To be set by the laboratory director", EscalationTests.Text(Assert.Single(before.EnumerateArray()), "reason"),
            StringComparison.Ordinal);
        var left = Assert.Single(after.EnumerateArray()).GetProperty("codes").EnumerateArray().Select(code => code.GetString());
        Assert.Equal(["42757-5"], left);
    }

    [Theory]
    [InlineData("critical-limits", """{"potassium":{"unit":"mmol/L","high":6}}""")]
    [InlineData("critical-limits", """{"2823-3":{"high":6}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L"}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","hihg":6}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","high":"6"}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","high":6,"sex":"m"}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mEq/L","high":6}}""")]
    [InlineData("critical-limits", """{"777-3":{"unit":"K/uL","low":20}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","high":6,"minAgeDays":30,"maxAgeDays":30}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","high":6,"minAgeDays":10000000000}}""")]
    [InlineData("critical-limits", """{"2823-3":{"unit":"mmol/L","high":6,"maxAgeDays":0.5}}""")]
    [InlineData("critical-deltas", """{"718-7":{"unit":"gm/dL","fall":3,"hours":24}}""")]
    [InlineData("critical-deltas", """{"718-7":{"unit":"g/dL","hours":24}}""")]
    [InlineData("critical-deltas", """{"718-7":{"unit":"g/dL","fall":3}}""")]
    [InlineData("critical-findings", """["36118008"]""")]
    [InlineData("critical-findings", """{"pneumothorax":"Pneumothorax"}""")]
    [InlineData("critical-findings", """{"36118008":""}""")]
    [InlineData("critical-findings", """{"36118008":false}""")]
    public async Task A_rule_that_would_judge_nothing_is_refused(string setting, string rules)
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);

        var (status, body) = await ward.Send(admin, "PUT", $"/api/admin/settings/{setting}", rules);

        Assert.Equal((400, "invalid_critical_rules"), (status, EscalationTests.Text(body, "code")));
    }

    [Fact]
    public async Task A_value_beyond_the_organizations_own_limit_raises_an_alert_from_the_laboratorys_write()
    {
        await using var ward = await Ward.Open(engine);
        var (admin, lab) = (await ward.Has(Role.Admin), await ward.Has(Role.Lab));
        await ward.Done(admin, "PUT", "/api/admin/settings/critical-limits", """{"2823-3":{"unit":"mmol/L","high":5,"highReason":"High"}}""");

        await ward.Done(lab, "PUT", "/fhir/Observation/o1",
            """
            {"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},
             "valueQuantity":{"value":5.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """);

        Assert.Equal("CRITICAL: Potassium = 5.5 mmol/L", EscalationTests.Text(await ward.TheAlert(admin), "message"));
    }

    private static Dictionary<string, JsonElement> Findings(JsonElement rules) =>
        rules.GetProperty("findings").EnumerateArray().ToDictionary(each => EscalationTests.Text(each, "code"));
}

public sealed class CriticalRulesOnSqlite() : CriticalRulesTests(Engine.Sqlite);

public sealed class CriticalRulesOnPostgres() : CriticalRulesTests(Engine.Postgres);

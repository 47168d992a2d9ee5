using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The pages of an authorization: plain forms without a script, under the policy of all pages. Every text that is not written here is
/// encoded.
/// </summary>
internal static class AuthorizePages
{
    public const string StylePath = "/oauth/pages.css";

    public const string Style = """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1b2733; background: #fff; }
        label { display: block; margin: .5rem 0; } input:not([type=checkbox]):not([type=radio]) { display: block; width: 100%; padding: .5rem;
        font: inherit; box-sizing: border-box; } button { font: inherit; padding: .5rem 1rem; margin: 1rem .5rem 0 0; } small { color: #52606d; }
        .problem { border-left: .25rem solid #b42318; padding-left: .75rem; } fieldset { border: 1px solid #cbd2d9; margin: 1rem 0; }
        """;

    /// <param name="app">The application that asks, which its registration names.</param>
    /// <param name="sealedState">The state for the form.</param>
    /// <param name="chooseDoor">False where only staff can be meant.</param>
    /// <param name="problem">Why it is shown again.</param>
    public static IResult SignIn(AppRow app, string sealedState, bool chooseDoor, Refusal? problem) => Page(
        "Sign in",
        $"""
        <h1>Sign in</h1>
        <p><strong>{Encode(app.Name)}</strong> asks for access to health records.</p>
        {Problem(problem)}
        <form method="post" action="/oauth/authorize/sign-in">{Hidden(sealedState)}
        {(chooseDoor ? Doors : "<input type=\"hidden\" name=\"door\" value=\"staff\">")}
        <label>E-mail <input name="email" type="email" autocomplete="username" required maxlength="254"></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button type="submit">Sign in</button>
        </form>
        """,
        problem);

    public static IResult Factor(string sealedState, Refusal? problem) => Page(
        "Second factor",
        $"""
        <h1>Second factor</h1>
        <p>Enter the code of your authenticator app, or one of your recovery codes.</p>
        {Problem(problem)}
        <form method="post" action="/oauth/authorize/factor">{Hidden(sealedState)}
        <label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10"></label>
        <label>Recovery code <input name="recovery" autocomplete="off" maxlength="40"></label>
        <button type="submit">Go on</button>
        </form>
        """,
        problem);

    /// <param name="app">The application.</param>
    /// <param name="sealedState">The state for the form.</param>
    /// <param name="patients">Whom one can choose from.</param>
    /// <param name="searches">True for staff: patients are found by name.</param>
    /// <param name="problem">Why it is shown again.</param>
    public static IResult Patients(
        AppRow app, string sealedState, IReadOnlyList<PatientFacts> patients, bool searches, Refusal? problem)
    {
        var choices = new StringBuilder();
        foreach (var patient in patients)
        {
            choices.Append(
                $"""<label><input type="radio" name="patient" value="{Encode(patient.Id.Value)}" required> {Encode(patient.Name ?? patient.Id.Value)} <small>{Encode(patient.BirthDate ?? "")}</small></label>""");
        }

        var search = searches
            ? $"""<form method="post" action="/oauth/authorize/patient">{Hidden(sealedState)}<label>Name <input name="name" maxlength="100" required></label><button type="submit">Search</button></form>"""
            : "";
        var choose = patients.Count == 0
            ? ""
            : $"""<form method="post" action="/oauth/authorize/patient">{Hidden(sealedState)}<fieldset><legend>Patient</legend>{choices}</fieldset><button type="submit">Choose</button></form>""";
        return Page(
            "Choose a patient",
            $"<h1>Choose a patient</h1><p>Whose record may <strong>{Encode(app.Name)}</strong> use?</p>{Problem(problem)}{search}{choose}",
            problem);
    }

    public static IResult Consent(AppRow app, AuthorizeState state, string sealedState, string user, PatientFacts? patient)
    {
        var boxes = new StringBuilder();
        foreach (var scope in state.Scopes)
        {
            // Access in the user's absence is taken by an act of the user alone (45 CFR 170.315(g)(10)).
            var ticked = scope == RequestedScopes.OfflineAccess ? "" : " checked";
            boxes.Append(
                $"""<label><input type="checkbox" name="scope:{Encode(scope)}" value="1"{ticked}> {Encode(PlainWords.Of(scope))}<br><small>{Encode(scope)}</small></label>""");
        }

        var whose = patient is null ? "" : $"<p>Patient: <strong>{Encode(patient.Name ?? patient.Id.Value)}</strong></p>";
        return Page(
            "Allow access",
            $"""
            <h1>Allow {Encode(app.Name)}?</h1>
            <p>You are signed in as {Encode(user)}. The application can do nothing that you may not do yourself.</p>{whose}
            <form method="post" action="/oauth/authorize/consent">{Hidden(sealedState)}
            <fieldset><legend>It may</legend>{boxes}</fieldset>
            <button type="submit" name="decision" value="allow">Allow</button>
            <button type="submit" name="decision" value="deny">Deny</button>
            </form>
            """,
            problem: null);
    }

    /// <summary>
    /// Back to the application. A page and not a redirect: browsers apply <c>form-action</c> to where an answer to a form redirects.
    /// </summary>
    public static IResult Return(string address) => Page(
        "Back to the application",
        $"""<h1>Done</h1><p><a href="{Encode(address)}">Back to the application</a></p>""",
        problem: null,
        head: $"""<meta http-equiv="refresh" content="0;url={Encode(address)}">""");

    /// <summary>An application or redirect address that is not registered: the browser is not redirected (RFC 6749 §4.1.2.1).</summary>
    public static IResult Stopped(Refusal problem) => Page("Not possible", $"<h1>This did not work</h1>{Problem(problem)}", problem);

    private const string Doors = """
        <fieldset><legend>I am</legend>
        <label><input type="radio" name="door" value="patient" checked> a patient, or act for one</label>
        <label><input type="radio" name="door" value="staff"> a member of staff</label></fieldset>
        """;

    private static IResult Page(string title, string body, Refusal? problem, string head = "")
    {
        var page = Text(title, body, problem, head);
        return problem is null ? page : new RefusedAnswer(problem, page);
    }

    private static IResult Text(string title, string body, Refusal? problem, string head) => Results.Text(
        $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{title}</title><link rel="stylesheet" href="{StylePath}">{head}</head><body><main>{body}</main></body></html>
        """,
        "text/html; charset=utf-8",
        statusCode: problem is null ? StatusCodes.Status200OK : RefusalAnswer.StatusOf(problem.Kind));

    private static string Problem(Refusal? problem) =>
        problem is null ? "" : $"""<p class="problem" role="alert" data-code="{Encode(problem.Code)}">{Encode(problem.Message)}</p>""";

    private static string Hidden(string sealedState) => $"""<input type="hidden" name="authorization" value="{sealedState}">""";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}

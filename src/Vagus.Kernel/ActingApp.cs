namespace Vagus.Kernel;

/// <summary>The application that acts for a user, or for itself, as its token says.</summary>
/// <param name="Id">Its client id.</param>
/// <param name="Scopes">Those of the token, separated by blanks: a ceiling over what its user may.</param>
/// <param name="Patient">The patient in context; null: none.</param>
public sealed record ActingApp(string Id, string Scopes, PatientId? Patient);

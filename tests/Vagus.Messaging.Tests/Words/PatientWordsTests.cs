using System.Text.RegularExpressions;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Tests.Words;

/// <summary>The catalogue of what reaches patients is whole in every language.</summary>
public sealed partial class PatientWordsTests
{
    [Fact]
    public void Every_language_has_every_key_and_a_text_of_its_own()
    {
        var keys = PatientWords.Keys(Language.English).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(keys);
        foreach (var language in Languages.All)
            Assert.Equal(keys, PatientWords.Keys(language).Order(StringComparer.Ordinal));
        foreach (var key in keys)
        {
            var texts = Languages.All.Select(language => PatientWords.Find(language, key)).ToList();
            Assert.All(texts, text => Assert.False(string.IsNullOrWhiteSpace(text), key));
            Assert.Equal(texts.Count, texts.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public void A_text_has_the_same_variables_in_every_language_and_no_line_breaks_of_the_source()
    {
        foreach (var key in PatientWords.Keys(Language.English))
        {
            var variables = Languages.All.Select(language => string.Join(' ', Names().Matches(PatientWords.Find(language, key)!)));
            Assert.Single(variables.Distinct(StringComparer.Ordinal));
            Assert.All(Languages.All, language => Assert.DoesNotContain('\n', PatientWords.Find(language, key)!));
            Assert.All(Languages.All, language => Assert.Null(Placeholders.Unknown(PatientWords.Find(language, key)!)));
        }
    }

    [Fact]
    public void The_catalogue_has_the_answers_and_canned_responses_that_a_tenant_begins_with()
    {
        foreach (var language in Languages.All)
        {
            foreach (var category in new[] { "prescription_refill", "appointment", "medical_question" })
            {
                Assert.Contains(category, ThreadCategory.All);
                Assert.False(Placeholders.IsUnfilled(PatientWords.Find(language, PatientWords.Reply(category))!));
            }

            foreach (var name in PatientWords.DefaultCanned)
            {
                Assert.NotNull(PatientWords.Find(language, PatientWords.Canned(name)));
                Assert.NotNull(PatientWords.Find(language, PatientWords.CannedTitle(name)));
            }
        }
    }

    [GeneratedRegex(@"\{\{[^|}]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}

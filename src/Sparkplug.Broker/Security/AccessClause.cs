using System.Text;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Security;

/// <summary>One filter of an access rule, in which <c>%u</c> stands for the user's name, <c>%c</c> for the client id and <c>%%</c> for a percent sign.</summary>
internal sealed class AccessClause
{
    private readonly string _text;
    private readonly byte[]? _fixed;

    /// <summary>A clause whose text was checked with <see cref="FaultOf"/>.</summary>
    public AccessClause(bool isWrite, string text)
    {
        IsWrite = isWrite;
        _fixed = text.Contains('%') ? null : Encoding.UTF8.GetBytes(text);
        _text = _fixed is null ? text : "";
    }

    /// <summary>Grants publishing; else reading.</summary>
    public bool IsWrite { get; }

    /// <summary>Whether <c>%c</c> is in it.</summary>
    public bool NeedsClientId => Holds('c');

    /// <summary>Whether <c>%u</c> or <c>%c</c> is in it.</summary>
    public bool NeedsClient => NeedsClientId || Holds('u');

    /// <summary>Why a text cannot be a filter with placeholders, or null.</summary>
    public static string? FaultOf(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = i + 2 < text.Length ? text.IndexOf('%', i + 2) : -1)
            if (i + 1 >= text.Length || text[i + 1] is not ('u' or 'c' or '%'))
                return "has a % that is neither %u (the user's name), %c (the client id) nor %% (a percent sign)";
        return TopicFilter.FaultOf(text);
    }

    /// <summary>The filter for one client; null, and why, where its name or id cannot stand in a filter.</summary>
    public byte[]? For(string? userName, string clientId, out string? reason)
    {
        reason = null;
        if (_fixed is not null)
            return _fixed;
        if (Holds('u') && !CanStandInFilter(userName, "user name", out reason) || Holds('c') && !CanStandInFilter(clientId, "client id", out reason))
            return null;
        return Encoding.UTF8.GetBytes(Fill(userName, clientId));
    }

    // A name with a / or a wildcard would reach beyond its level, one with a $ in front into the server's topics.
    private static bool CanStandInFilter(string? value, string what, out string? reason)
    {
        reason = string.IsNullOrEmpty(value) ? $"the client has no {what}"
            : value.AsSpan().ContainsAny("/+#\0") || value[0] == '$' ? $"the {what} holds one of / + # or begins with $"
            : null;
        return reason is null;
    }

    private string Fill(string? userName, string clientId)
    {
        var filled = new StringBuilder(_text.Length + 32);
        for (var i = 0; i < _text.Length; i++)
        {
            if (_text[i] != '%')
                filled.Append(_text[i]);
            else
                filled.Append(_text[++i] switch { 'u' => userName, 'c' => clientId, _ => "%" });
        }

        return filled.ToString();
    }

    private bool Holds(char placeholder)
    {
        for (var i = 0; i + 1 < _text.Length; i++)
            if (_text[i] == '%' && _text[++i] == placeholder)
                return true;
        return false;
    }
}

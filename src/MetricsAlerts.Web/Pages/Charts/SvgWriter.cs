using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace MetricsAlerts.Web.Pages.Charts;

/// <summary>
/// Writes SVG with every text escaped and every number short. Colours are classes of the style sheet, so that they follow the theme.
/// </summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _svg = new();

    /// <summary>Begins a picture that a screen reader reads as its title, and nothing else.</summary>
    public SvgWriter(string @class, int width, int height, string title)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"{@class}\" viewBox=\"0 0 {width} {height}\"");
        if (@class == "spark")
            _svg.Append(CultureInfo.InvariantCulture, $" width=\"{width}\" height=\"{height}\"");
        _svg.Append(" role=\"img\" aria-label=\"").Append(WebUtility.HtmlEncode(title)).Append("\">");
    }

    public SvgWriter Line(string @class, double x1, double y1, double x2, double y2) =>
        Add($"<line class=\"{@class}\" x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\"/>");

    public SvgWriter Rectangle(string @class, double x, double y, double width, double height) =>
        Add($"<rect class=\"{@class}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\"/>");

    public SvgWriter Text(string text, double x, double y, string anchor = "start") =>
        Add($"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>A point that says what it is when somebody points at it.</summary>
    public SvgWriter Point(string @class, double x, double y, double radius, string title) => Add(
        $"<circle class=\"{@class}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\">" +
        $"<title>{WebUtility.HtmlEncode(title)}</title></circle>");

    public SvgWriter Dot(string @class, double x, double y, double radius) =>
        Add($"<circle class=\"{@class}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"/>");

    public SvgWriter Polygon(string @class, IEnumerable<(double X, double Y)> points) =>
        Add($"<polygon class=\"{@class}\" points=\"{string.Join(' ', points.Select(point => $"{N(point.X)},{N(point.Y)}"))}\"/>");

    /// <summary>A line through the points; where one is missing it is broken.</summary>
    public SvgWriter Path(string @class, IEnumerable<(double X, double Y)?> points)
    {
        var path = new StringBuilder();
        var isBroken = true;
        foreach (var point in points)
        {
            if (point is { } at)
                path.Append(isBroken ? 'M' : 'L').Append(N(at.X)).Append(' ').Append(N(at.Y));
            isBroken = point is null;
        }

        return path.Length == 0 ? this : Add($"<path class=\"{@class}\" d=\"{path}\"/>");
    }

    /// <summary>The picture.</summary>
    public MarkupString End() => new(_svg.Append("</svg>").ToString());

    private SvgWriter Add(string element)
    {
        _svg.Append(element);
        return this;
    }

    private static string N(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}

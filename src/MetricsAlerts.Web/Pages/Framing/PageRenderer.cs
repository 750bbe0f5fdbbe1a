using System.Text;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.SignIn;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>
/// Renders pages to HTML. It needs nothing of the host but its services, so that it works the same where a host routes by itself.
/// </summary>
internal sealed class PageRenderer(IServiceProvider services, ApiAccess access)
{
    /// <summary>A page.</summary>
    /// <typeparam name="TPage">The page.</typeparam>
    /// <typeparam name="TModel">What it shows.</typeparam>
    /// <param name="http">The request.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="section">The entry of the navigation that it belongs to.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="status">The status code.</param>
    public async Task<IResult> PageAsync<TPage, TModel>(
        HttpContext http, string title, string section, TModel model, int status = StatusCodes.Status200OK)
        where TPage : Page<TModel>
        where TModel : class
    {
        var frame = await FrameAsync(http, title, section);
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?> { [nameof(Page<>.Frame)] = frame, [nameof(Page<>.Model)] = model };
            var page = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters));
            return page.ToHtmlString();
        });
        return Results.Text(html, "text/html; charset=utf-8", Encoding.UTF8, status);
    }

    /// <summary>A page that says why there is none.</summary>
    public Task<IResult> MissingAsync(HttpContext http, string problem) => PageAsync<MissingPage, MissingModel>(
        http, "Not here", section: "", new(problem), StatusCodes.Status404NotFound);

    private async Task<PageFrame> FrameAsync(HttpContext http, string title, string section)
    {
        var role = access.RoleOf(http);
        return new(title, section, services.GetRequiredService<TimeProvider>().GetUtcNow())
        {
            CanLook = role >= ApiRole.Reader,
            CanChange = role >= ApiRole.Operator,
            Tick = role >= ApiRole.Reader
                ? await services.GetRequiredService<TickStatus>().ReadAsync(http.RequestAborted)
                : null,
            CanSignOut = http.Request.Cookies.ContainsKey(SessionCookie.Name),
            Links = [.. services.GetServices<PageLink>()],
            Notice = Notice.Take(http),
        };
    }
}

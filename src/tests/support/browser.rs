//! A browser without JavaScript: keeps cookies, sends the headers browsers send, follows nothing
//! by itself.

use std::{collections::BTreeMap, time::Duration};

use reqwest::{Client, Method, Response, redirect::Policy};

/// A browser.
#[derive(Clone)]
pub struct Browser {
    base_url: String,
    client: Client,
    /// The cookies it holds.
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it leads, within this site.
    pub location: String,
    /// Every header, by name in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

impl Browser {
    /// A browser without cookies.
    pub fn new(base_url: &str) -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self { base_url: base_url.to_owned(), client, cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[("accept", "text/html")]).await
    }

    /// Asks a server function.
    pub async fn ask(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[("accept", "application/json")]).await
    }

    /// Sends a form, as a page of this site does.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = encode(form);
        let origin = self.base_url.clone();
        let headers = [
            ("accept", "text/html"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, Some(body), &headers).await
    }

    /// Sends a form, and answers with data.
    pub async fn call(&mut self, path: &str, body: &str) -> Answer {
        let origin = self.base_url.clone();
        let headers = [
            ("accept", "application/json"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, Some(body.to_owned()), &headers).await
    }

    /// Sends a form with a file, as script does: it is answered with data.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        self.send_file(path, fields, file, "application/json").await
    }

    /// Sends a form with a file, for an answer of a kind.
    pub async fn send_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
        accept: &str,
    ) -> Answer {
        let request = self.client.post(format!("{}{path}", self.base_url));
        let request = request
            .header("accept", accept)
            .header("origin", &self.base_url)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .header("cookie", self.cookie_header())
            .body(multipart(fields, file));
        self.keep(request.send().await.unwrap()).await
    }

    /// The bytes at an address, and the answer's headers.
    pub async fn download(&self, path: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let request = self.client.get(format!("{}{path}", self.base_url));
        let response = request.header("cookie", self.cookie_header()).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap().to_vec())
    }

    /// The same of what may be cut off in the middle.
    ///
    /// # Errors
    /// When it is.
    pub async fn try_download(&self, path: &str) -> reqwest::Result<Vec<u8>> {
        let request = self.client.get(format!("{}{path}", self.base_url));
        let response = request.header("cookie", self.cookie_header()).send().await?;
        Ok(response.bytes().await?.to_vec())
    }

    /// The cookies, as they are sent.
    pub fn cookie_header(&self) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    /// Opens an answer that does not end.
    pub async fn listen(&self, path: &str) -> Response {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.get(format!("{}{path}", self.base_url));
        let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response
    }

    /// Sends exactly this.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base_url)
        };
        let mut request = self.client.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(body) = body {
            let form = "application/x-www-form-urlencoded";
            request = request.header("content-type", form).body(body);
        }
        self.keep(request.send().await.unwrap()).await
    }

    async fn keep(&mut self, response: Response) -> Answer {
        for header in response.headers().get_all("set-cookie") {
            let header = header.to_str().unwrap();
            let (pair, _) = header.split_once(';').unwrap_or((header, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let status = response.status().as_u16();
        let location = headers.iter().find(|(name, _)| name == "location");
        let location = location.map(|(_, value)| value.clone()).unwrap_or_default();
        let location = location.strip_prefix(&self.base_url).unwrap_or(&location).to_owned();
        let bytes = response.bytes().await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, location, headers, body }
    }
}

/// What stands between the parts of a form with a file.
pub const BOUNDARY: &str = "quittance-test-boundary";

/// The body of a form with a file.
pub fn multipart(fields: &[(&str, &str)], (name, bytes): (&str, &[u8])) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// A form's body.
pub fn encode(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let pairs: Vec<String> =
        form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}
